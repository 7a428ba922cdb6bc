import { Pool } from 'pg'
import type { KeepingSubject } from '../operations/kept.ts'

/** Connections that each subject may open: the default of our store, and of pg. */
export const POOL_SIZE = 10

/** One way of keeping agents' state on a PostgreSQL server. */
export interface PostgresqlSubject extends KeepingSubject {
  /** Reads back any rows of our tables, in words of the checks' own; undefined when the subject has others. */
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
