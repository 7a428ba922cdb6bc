import { createHash } from 'node:crypto'
import type { Client, ClientBase, ClientConfig, Pool, PoolClient, PoolConfig } from 'pg'
import {
  isConnectionLost,
  isNoneFree,
  isSilence,
  NoneFreeError,
  SilentServerError,
  WrongRoleError,
} from './driver-errors.ts'
import { HostAnswers } from './host-answers.ts'
import type { Hosts } from './hosts.ts'
import { FOREVER_MS } from './query-timeout.ts'
import { whilePassing } from './retry.ts'

type Driver = Pick<typeof import('pg'), 'Client' | 'Pool'>
type OnClient = (error: Error | undefined, client: PoolClient | undefined, done: (release?: unknown) => void) => void

/** Which server connections lead to: the one that takes writes, if the hosts ask for it, or one that follows it. */
export type Role = 'primary' | 'replica'

/** A pool that may be asked for a connection by some moment of `performance.now()`, instead of in its own time. */
export interface HostsPool extends Pool {
  connectBy(deadline: number): Promise<PoolClient>
}

const LONGEST_PAUSE_MS = 250
/** When the time is over, an attempt that ends by itself tells the most; after it comes the pool's limit, and ours last. */
const GRACE_MS = 50
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
): HostsPool {
  const answers = new HostAnswers()
  const attemptMs = Math.min(hosts.connectTimeoutMs, timeoutMs)
  const limit = hosts.connectTimeoutMs > timeoutMs ? 'acquireTimeoutMs' : 'connect_timeout'
  const isChoosy = role === 'replica' || hosts.mustWrite
  /** The host to try next, the same until one of its connections fails. Processes spread over the replicas by chance. */
  let current = role === 'replica' ? Math.floor(Math.random() * hosts.urls.length) : 0

  class HostClient extends driver.Client {
    readonly #host = current

    constructor(given: ClientConfig) {
      super({ ...given, connectionString: hosts.urls[current] as string, connectionTimeoutMillis: attemptMs })
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
      const deadline = performance.now() + attemptMs
      try {
        await super.connect()
        const look = { text: `${settings} ${LOOK[role]}`, query_timeout: Math.max(1, deadline - performance.now()) }
        const results = (await this.query(look)) as unknown as { rows: Looked[] }[]
        const looked = results.at(-1)?.rows[0]
        if (looked?.startedAt !== undefined) servers.set(this, nameOf(looked.startedAt))
        if (isChoosy && looked?.fits !== 'true')
          throw new WrongRoleError(role === 'primary' ? 'takes no writes' : 'is no replica')
        answers.clear()
      } catch (reason) {
        const error = isSilence(reason) ? new SilentServerError(attemptMs, limit) : (reason as Error)
        answers.note(`${this.host}:${this.port}`, error)
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

  class RolePool extends driver.Pool implements HostsPool {
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
      return role === 'primary' ? this.connectBy(performance.now() + timeoutMs) : this.#tryEach()
    }

    async connectBy(deadline: number): Promise<PoolClient> {
      const waits = isOpen || hosts.mustWrite
      let untried = hosts.urls.length
      const passes = (error: unknown) => isConnectionLost(error) && (waits || --untried > 0)
      const connect = () => within(super.connect(), deadline + 2 * GRACE_MS - performance.now())
      const leftMs = Math.max(0, deadline - performance.now())
      try {
        return await whilePassing(leftMs, connect, () => {}, passes, LONGEST_PAUSE_MS)
      } catch (error) {
        if (!isConnectionLost(error) && !isNoneFree(error)) throw error
        throw answers.toError(error, waits ? performance.now() - deadline + timeoutMs : undefined)
      }
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

  const pool = new RolePool({
    ...config,
    Client: HostClient as never,
    connectionTimeoutMillis: Math.min(timeoutMs + GRACE_MS, FOREVER_MS),
  })
  // Whoever opens a store on one server wants to know at once that it is not there; later, it is worth waiting for.
  let isOpen = false
  pool.once('connect', () => {
    isOpen = true
  })
  // A connection that breaks while nobody uses it is replaced by the next call.
  pool.on('error', () => {})
  return pool
}

/** Whoever no longer waits leaves the connection to others. */
async function within(connecting: Promise<PoolClient>, ms: number): Promise<PoolClient> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const giveUp = () => {
      connecting.then((client) => client.release()).catch(() => {})
      reject(new NoneFreeError())
    }
    timer = setTimeout(giveUp, Math.min(ms, FOREVER_MS))
  })
  return Promise.race([connecting, late]).finally(() => clearTimeout(timer))
}
