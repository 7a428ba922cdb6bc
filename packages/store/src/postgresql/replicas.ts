import type { Pool, PoolClient } from 'pg'
import type { Answer } from '../engine.ts'
import { StateStoreError } from '../errors.ts'
import { serverOf } from './hosts-pool.ts'
import { withClient } from './pool.ts'

/** Where no replica was found, none is looked for again for so long. */
const PAUSE_MS = 10_000

/**
 * The servers that follow the primary, for reads that may be behind. So long as it is not known whether a replica is
 * there, one read at a time finds out, and the others do not wait for it.
 */
export class Replicas {
  readonly #pool: Pool
  #state: 'there' | 'unknown' | 'looking' = 'unknown'
  #lookAgainAt = 0

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** Connections open now. */
  get open(): number {
    return this.#pool.totalCount
  }

  /**
   * Reads from a replica, from `server` if it is given; undefined when none answers, or there is none: the primary must,
   * and tells the caller what is wrong if it is more than the replica.
   */
  async read<T>(work: (client: PoolClient) => Promise<T>, server?: string): Promise<Answer<T> | undefined> {
    const isLook = this.#state !== 'there'
    if (this.#state === 'looking' || (isLook && performance.now() < this.#lookAgainAt)) return undefined
    if (isLook) this.#state = 'looking'
    try {
      const answer = await withClient(this.#pool, async (client) => {
        const found = serverOf(client) as string
        return server === undefined || server === found ? { result: await work(client), server: found } : undefined
      })
      this.#state = 'there'
      return answer
    } catch (error) {
      // What the store itself finds wrong with the rows says nothing against the server.
      this.#state = error instanceof StateStoreError ? 'there' : 'unknown'
      if (isLook && this.#state === 'unknown') this.#lookAgainAt = performance.now() + PAUSE_MS
      return undefined
    }
  }

  close(): Promise<void> {
    return this.#pool.end()
  }
}
