import type { Engine } from './engine.ts'
import { openSqlite } from './sqlite/open.ts'
import type { SqliteEngineOptions } from './sqlite/sqlite-engine.ts'

export interface OpenEngineOptions extends Partial<SqliteEngineOptions> {
  /** `file:./relative.db`, `file:///absolute/path.db` or `:memory:`. */
  url: string
}

/** Opens a database, creates it when it is not there, and brings it to the current schema. */
export async function openEngine({ url, ...options }: OpenEngineOptions): Promise<Engine> {
  return openSqlite(url, {
    durability: 'full',
    maxConnections: 10,
    acquireTimeoutMs: 30_000,
    busyTimeoutMs: 5_000,
    ...options,
  })
}
