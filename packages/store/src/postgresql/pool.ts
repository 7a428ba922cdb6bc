import type { ClientBase, Pool, PoolClient } from 'pg'
import { CommitUnknownError, StorageFailedError } from '../errors.ts'
import type { Durability } from '../sqlite/connection.ts'
import { failedCommit, isConnectionLost } from './driver-errors.ts'
import { parseHosts } from './hosts.ts'
import { createHostsPool, type HostsPool, type Role } from './hosts-pool.ts'
import { loadPackage } from './load-package.ts'
import { FOREVER_MS, timeoutsOf } from './query-timeout.ts'

export interface PoolOptions {
  durability: Durability
  maxConnections: number
  acquireTimeoutMs: number
  busyTimeoutMs: number
}

/** A statement that takes longer is ended: none of the store's own comes near. */
const STATEMENT_TIMEOUT_MS = 60_000
/** A transaction whose callback does nothing for so long, as in a process that was suspended, loses its locks. */
const IDLE_TIMEOUT_MS = 60_000
/** A server that has not answered by now, not even that the statement took too long, is taken for dead. */
const SILENCE_MS = STATEMENT_TIMEOUT_MS + 10_000
/** The same for a replica: the primary answers then. */
const REPLICA_SILENCE_MS = 5_000
/** Even a server that was promoted meanwhile takes no writes from a connection for reads. */
const ONLY_READS = `SET default_transaction_read_only = on; SET statement_timeout = ${REPLICA_SILENCE_MS};`
const KEEP_ALIVE_AFTER_MS = 10_000

/** Opens the pool that operations and Prisma share. The driver is the caller's to install, and is loaded here. */
export function openPool(url: string, options: PoolOptions, role: Role = 'primary'): HostsPool {
  const hosts = parseHosts(url)
  const isReplica = role === 'replica'
  const config = {
    max: options.maxConnections,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    query_timeout: isReplica ? REPLICA_SILENCE_MS : SILENCE_MS,
  }
  const timeoutMs = Math.max(1, Math.min(options.acquireTimeoutMs, isReplica ? REPLICA_SILENCE_MS : FOREVER_MS))
  const settings = settingsOf(options) + (isReplica ? ONLY_READS : '')
  const driver = loadPackage<typeof import('pg')>('pg', hosts.address)
  return createHostsPool(driver, hosts, role, settings, config, timeoutMs)
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

/** Connections that must not be used again. */
const unusable = new WeakSet<ClientBase>()

/** Takes a connection for as long as the work needs it. One on which a transaction could not be ended is closed. */
export async function withClient<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  connect = () => pool.connect(),
): Promise<T> {
  const client = await connect()
  const note = () => void unusable.add(client)
  client.on('error', note)
  try {
    return await work(client)
  } catch (error) {
    // It may take the driver a moment to see that it is gone.
    if (isConnectionLost(error) || error instanceof CommitUnknownError) unusable.add(client)
    throw error
  } finally {
    client.off('error', note)
    client.release(unusable.has(client))
  }
}

/** Runs what may take as long as it likes, such as a migration. Its connection is not used again. */
export function withPatientClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return withClient(pool, async (client) => {
    unusable.add(client)
    await makePatient(client)
    return work(client)
  })
}

/** Lets the connection wait for its statements for as long as they take. */
export async function makePatient(client: ClientBase): Promise<void> {
  timeoutsOf(client).query_timeout = FOREVER_MS
  await client.query('SET statement_timeout = 0')
}

/** @throws CommitUnknownError when the answer is lost. */
export async function commit(client: ClientBase): Promise<void> {
  const { command } = await committing(client.query('COMMIT'))
  // So it answers when a statement has failed before.
  if (command === 'ROLLBACK') throw new StorageFailedError('the transaction was rolled back; nothing was stored')
}

/** The same for a statement that commits by itself. */
export function committing<T>(statement: Promise<T>): Promise<T> {
  return statement.catch((error: unknown) => {
    throw failedCommit(error)
  })
}

/** Ends a transaction that has failed of `error`, or its connection: a lost one would be waited for once more. */
export async function rollback(client: ClientBase, error: unknown): Promise<void> {
  if (isConnectionLost(error)) unusable.add(client)
  else await client.query('ROLLBACK').catch(() => unusable.add(client))
}
