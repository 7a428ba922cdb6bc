import { createHash } from 'node:crypto'
import type { Client, ClientBase, ClientConfig, Pool, PoolClient, PoolConfig } from 'pg'
import { isConnectionLost, WrongRoleError } from './driver-errors.ts'
import type { Hosts } from './hosts.ts'
import { whilePassing } from './retry.ts'

type Driver = Pick<typeof import('pg'), 'Client' | 'Pool'>
type OnClient = (error: Error | undefined, client: PoolClient | undefined, done: (release?: unknown) => void) => void

/** Which server connections lead to: the one that takes writes, if the hosts ask for it, or one that follows it. */
export type Role = 'primary' | 'replica'

const LONGEST_PAUSE_MS = 250
/** Is read together with the settings. As text: an application may read other types in its own way. */
const LOOK = {
  primary: `SELECT (current_setting('transaction_read_only') = 'off')::text AS fits`,
  replica: 'SELECT pg_is_in_recovery()::text AS fits, pg_postmaster_start_time()::text AS "startedAt"',
}

interface Looked {
  fits: 'true' | 'false'
  startedAt?: string
}

const servers = new WeakMap<ClientBase, string>()

/** The replica that a connection leads to, whatever host or balancer it was found by. A restart makes another of it. */
export function serverOf(client: ClientBase): string | undefined {
  return servers.get(client)
}

/** Cursors carry it to wherever they are sent: it tells nothing of the server. */
function nameOf(startedAt: string): string {
  return createHash('sha256').update(startedAt).digest('base64url').slice(0, 12)
}

/**
 * A pool whose connections all have the settings, and lead to a server of the role. While there is no primary, as until
 * a standby is promoted, whoever wants a connection waits for `timeoutMs`. For a replica, each host is tried once.
 */
export function createHostsPool(
  driver: Driver,
  hosts: Hosts,
  role: Role,
  settings: string,
  config: PoolConfig,
  timeoutMs: number,
): Pool {
  const isChoosy = role === 'replica' || hosts.mustWrite
  /** The host to try next, the same until one of its connections fails. Processes spread over the replicas by chance. */
  let current = role === 'replica' ? Math.floor(Math.random() * hosts.urls.length) : 0

  class HostClient extends driver.Client {
    readonly #host = current

    constructor(given: ClientConfig) {
      const connectionTimeoutMillis = Math.min(hosts.connectTimeoutMs, timeoutMs)
      super({ ...given, connectionString: hosts.urls[current] as string, connectionTimeoutMillis })
      // Whoever uses it hears of its errors; between two of them, one that nobody hears would end the process.
      this.on('error', () => {})
      this.on('notice', (notice) => {
        // A COMMIT that did not wait for its standby is reported as carried out: it may be lost with this server.
        if (notice.routine === 'SyncRepWaitForLSN')
          this.connection.emit('error', new Error('Connection terminated: no standby has confirmed the commit'))
      })
      if (role === 'replica') this.#leaveWhenPromoted()
    }

    override connect(): Promise<void>
    override connect(callback: (error: Error) => void): void
    override connect(callback?: (error: Error) => void): unknown {
      const connected = this.#connect()
      return callback === undefined ? connected : void connected.then(() => callback(undefined as never), callback)
    }

    async #connect(): Promise<void> {
      try {
        await super.connect()
        const results = (await this.query(`${settings} ${LOOK[role]}`)) as unknown as { rows: Looked[] }[]
        const looked = results.at(-1)?.rows[0]
        if (looked?.startedAt !== undefined) servers.set(this, nameOf(looked.startedAt))
        if (isChoosy && looked?.fits !== 'true')
          throw new WrongRoleError(
            `${this.host}:${this.port} ${role === 'primary' ? 'takes no writes' : 'is no replica'}`,
          )
      } catch (error) {
        // Others may have passed it over already.
        if (current === this.#host) current = (current + 1) % hosts.urls.length
        this.#discard()
        throw error
      }
    }

    // A server says so with the answer to the first statement after: its reads are for another replica, from the next on.
    #leaveWhenPromoted(): void {
      this.connection.on('parameterStatus', ({ parameterName, parameterValue }: Record<string, string>) => {
        if (parameterName === 'in_hot_standby' && parameterValue === 'off')
          this.connection.once('readyForQuery', () => this.#discard())
      })
    }

    #discard(): void {
      ;(this as unknown as Client).end().catch(() => {})
    }
  }

  class HostsPool extends driver.Pool {
    override connect(): Promise<PoolClient>
    override connect(callback: OnClient): void
    override connect(callback?: OnClient): unknown {
      const acquired = this.#acquire()
      if (callback === undefined) return acquired
      return void acquired.then(
        (client) => callback(undefined, client, (release) => client.release(release as Error)),
        (error) => callback(error, undefined, () => {}),
      )
    }

    #acquire(): Promise<PoolClient> {
      return role === 'primary' ? this.#wait() : this.#tryEach()
    }

    #wait(): Promise<PoolClient> {
      const passes = (error: unknown) => (isOpen || hosts.mustWrite) && isConnectionLost(error)
      const connect = () => super.connect()
      return whilePassing(timeoutMs, connect, () => {}, passes, LONGEST_PAUSE_MS)
    }

    async #tryEach(): Promise<PoolClient> {
      for (let left = hosts.urls.length - 1; ; left--) {
        try {
          return await super.connect()
        } catch (error) {
          if (!isConnectionLost(error) || left === 0) throw error
        }
      }
    }
  }

  const pool = new HostsPool({ ...config, Client: HostClient as never, connectionTimeoutMillis: timeoutMs })
  // Whoever opens a store on one server wants to know at once that it is not there; later, it is worth waiting for.
  let isOpen = false
  pool.once('connect', () => {
    isOpen = true
  })
  // A connection that breaks while nobody uses it is replaced by the next call.
  pool.on('error', () => {})
  return pool
}
