import type { Client, ClientConfig, Pool, PoolClient, PoolConfig } from 'pg'
import { isConnectionLost, NotPrimaryError } from './driver-errors.ts'
import type { Hosts } from './hosts.ts'
import { whilePassing } from './retry.ts'

type Driver = Pick<typeof import('pg'), 'Client' | 'Pool'>
type OnClient = (error: Error | undefined, client: PoolClient | undefined, done: (release?: unknown) => void) => void

const LONGEST_PAUSE_MS = 250
/** Is read together with the settings. */
const LOOK = `SELECT current_setting('transaction_read_only') AS "readOnly"`

/**
 * A pool whose connections all have the settings, and lead to a server that takes writes, if the hosts ask for one.
 * While there is none, as until a standby is promoted, whoever wants a connection waits for `timeoutMs`.
 */
export function createPrimaryPool(
  driver: Driver,
  hosts: Hosts,
  settings: string,
  config: PoolConfig,
  timeoutMs: number,
): Pool {
  /** The host to try next. It stays the same until one of its connections fails. */
  let current = 0

  class PrimaryClient extends driver.Client {
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
        const results = (await this.query(`${settings} ${LOOK}`)) as unknown as { rows: { readOnly: string }[] }[]
        if (hosts.mustWrite && results.at(-1)?.rows[0]?.readOnly !== 'off')
          throw new NotPrimaryError(`${this.host}:${this.port} takes no writes`)
      } catch (error) {
        // Others may have passed it over already.
        if (current === this.#host) current = (current + 1) % hosts.urls.length
        this.#discard()
        throw error
      }
    }

    #discard(): void {
      ;(this as unknown as Client).end().catch(() => {})
    }
  }

  class PrimaryPool extends driver.Pool {
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
      const passes = (error: unknown) => (isOpen || hosts.mustWrite) && isConnectionLost(error)
      const connect = () => super.connect()
      return whilePassing(timeoutMs, connect, () => {}, passes, LONGEST_PAUSE_MS)
    }
  }

  const pool = new PrimaryPool({ ...config, Client: PrimaryClient as never, connectionTimeoutMillis: timeoutMs })
  // Whoever opens a store on one server wants to know at once that it is not there; later, it is worth waiting for.
  let isOpen = false
  pool.once('connect', () => {
    isOpen = true
  })
  // A connection that breaks while nobody uses it is replaced by the next call.
  pool.on('error', () => {})
  return pool
}
