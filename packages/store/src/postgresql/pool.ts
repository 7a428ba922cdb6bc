import { createRequire } from 'node:module'
import type { Pool, PoolClient } from 'pg'
import { CannotOpenError } from '../errors.ts'
import type { Durability } from '../sqlite/connection.ts'

export interface PoolOptions {
  durability: Durability
  maxConnections: number
  acquireTimeoutMs: number
  busyTimeoutMs: number
}

/** A statement that takes longer is ended: none of the store's own comes near. */
const STATEMENT_TIMEOUT_MS = 60_000
/** A transaction whose client does nothing for so long, as a process that was suspended, loses its locks. */
const IDLE_TIMEOUT_MS = 60_000

const require = createRequire(import.meta.url)

/** Opens the pool that operations and Prisma share. The driver is the caller's to install, and is loaded here. */
export function openPool(url: string, options: PoolOptions): Pool {
  const { Pool } = loadDriver(url)
  const pool = new Pool({
    connectionString: url,
    max: options.maxConnections,
    connectionTimeoutMillis: options.acquireTimeoutMs,
    keepAlive: true,
  })
  const settings = settingsOf(options)
  // The driver sends it before anything else that the connection is asked for.
  pool.on('connect', (client) => void client.query(settings).catch(() => {}))
  // A connection that breaks while nobody uses it is replaced by the next call.
  pool.on('error', () => {})
  return pool
}

function loadDriver(url: string): typeof import('pg') {
  try {
    return require('pg') as typeof import('pg')
  } catch (cause) {
    throw new CannotOpenError(url, 'PostgreSQL needs the package "pg": npm install pg', { cause })
  }
}

function settingsOf({ durability, busyTimeoutMs }: PoolOptions): string {
  const settings = {
    TimeZone: `'UTC'`,
    DateStyle: `'ISO'`,
    bytea_output: `'hex'`,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: Math.max(1, busyTimeoutMs),
    idle_in_transaction_session_timeout: IDLE_TIMEOUT_MS,
    ...(durability === 'normal' && { synchronous_commit: 'off' }),
  }
  return Object.entries(settings)
    .map(([name, value]) => `SET ${name} = ${value};`)
    .join(' ')
}

/** Takes a connection for as long as the work needs it. One on which a transaction could not be ended is closed. */
export async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  const note = (error: Error) => {
    broken = error
  }
  client.on('error', note)
  try {
    return await work(client)
  } finally {
    client.off('error', note)
    client.release(broken)
  }
}
