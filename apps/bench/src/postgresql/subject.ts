import { Pool } from 'pg'
import type { Subject } from '../subjects/subject.ts'

/** Connections that each subject may open: the default of our store, and of pg. */
export const POOL_SIZE = 10

/** An agent's newest version, read back. */
export interface Stored {
  agentId: string
  version: number
  state: unknown
}

/** One way of keeping agents' state on a PostgreSQL server. */
export interface PostgresqlSubject extends Omit<Subject, 'path'> {
  /** Reads back what is stored, in words of the checks' own where the tables are ours. */
  stored(agentIds: readonly string[]): Promise<Stored[]>
  /** The same for any other rows of our tables; undefined when the subject has others. */
  readonly rows: (<T>(sql: string, params: readonly unknown[]) => Promise<T[]>) | undefined
}

/** A pool of the driver's, as large as our store's. */
export function openPool(url: string): Pool {
  const pool = new Pool({ connectionString: url, max: POOL_SIZE })
  // A connection may still be closing when the server stops.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}
