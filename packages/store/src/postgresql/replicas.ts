import type { Pool, PoolClient } from 'pg'
import type { Answer } from '../engine.ts'
import { StateStoreError } from '../errors.ts'
import { serverOf } from './hosts-pool.ts'
import { withClient } from './pool.ts'

/** Where no replica was found, none is looked for again for so long. */
const PAUSE_MS = 10_000

/**
 * The servers that follow the primary, for reads that may be behind. Only the very first look for one is waited for, by
 * one read: when a replica has failed, the reads go to the primary, and whether there is one again is found out beside them.
 */
export class Replicas {
  readonly #pool: Pool
  #isThere = false
  #hasLooked = false
  #isLooking = false
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
    if (!this.#isThere && !(await this.#isFound())) return undefined
    try {
      return await withClient(this.#pool, async (client) => {
        const found = serverOf(client) as string
        return server === undefined || server === found ? { result: await work(client), server: found } : undefined
      })
    } catch (error) {
      // What the store itself finds wrong with the rows says nothing against the server.
      if (!(error instanceof StateStoreError)) this.#isThere = false
      return undefined
    }
  }

  close(): Promise<void> {
    return this.#pool.end()
  }

  async #isFound(): Promise<boolean> {
    if (this.#isLooking || performance.now() < this.#lookAgainAt) return false
    const isFirst = !this.#hasLooked
    const look = this.#look()
    return isFirst && look
  }

  async #look(): Promise<boolean> {
    this.#hasLooked = true
    this.#isLooking = true
    try {
      await withClient(this.#pool, (client) => client.query('SELECT 1'))
      this.#isThere = true
    } catch {
      this.#lookAgainAt = performance.now() + PAUSE_MS
    }
    this.#isLooking = false
    return this.#isThere
  }
}
