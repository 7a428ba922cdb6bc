import type { Engine } from './engine.ts'
import type { Durability } from './sqlite/connection.ts'
import { parseLocation } from './sqlite/location.ts'

export interface OpenEngineOptions {
  /** `file:./relative.db`, `file:///absolute/path.db` or `:memory:`; or `postgresql://user@host/database`. */
  url: string
  /** Default `full`. */
  durability?: Durability | undefined
  /** Default 10; SQLite opens at most two. */
  maxConnections?: number | undefined
  /** How long a write waits for its turn behind transactions of this process, in ms. Default 30,000. */
  acquireTimeoutMs?: number | undefined
  /** How long a write waits for another process to let go of the lock, in ms. Default 5,000. */
  busyTimeoutMs?: number | undefined
}

/** Opens a database, creates it when it is not there, and brings it to the current schema. */
export async function openEngine({
  url,
  durability = 'full',
  maxConnections = 10,
  acquireTimeoutMs = 30_000,
  busyTimeoutMs = 5_000,
}: OpenEngineOptions): Promise<Engine> {
  const options = { durability, maxConnections, acquireTimeoutMs, busyTimeoutMs }
  // Loads the one engine, and nothing of the other.
  if (isPostgresql(url)) return (await import('./postgresql/open.ts')).openPostgresql(url, options)
  // The path is from the working directory of now.
  const location = parseLocation(url)
  return (await import('./sqlite/open.ts')).openSqlite(location, options)
}

/** True for whatever is meant as one, so that it is refused for what is wrong with it. */
export function isPostgresql(url: unknown): boolean {
  return typeof url === 'string' && /^\s*postgres(ql)?:/i.test(url)
}
