import type { SqliteTransaction } from './transaction.ts'
import type { Job } from './writer.ts'

/** What Prisma's adapter needs of an engine or a transaction: jobs that meet SQLite's own errors. */
export interface SqliteAccess {
  performRead<T>(job: Job<T>): Promise<T>
  performWrite<T>(job: Job<T>): Promise<T>
  begin(): Promise<SqliteTransaction>
}

/** Access to an open transaction: every job runs in it. */
export function accessTo(transaction: SqliteTransaction): SqliteAccess {
  return {
    performRead: async (job) => transaction.run(job),
    performWrite: async (job) => transaction.run(job),
    begin: async () => transaction.begin(),
  }
}
