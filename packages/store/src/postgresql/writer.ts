import type { Pool, PoolClient } from 'pg'
import { StateStoreError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import { failedCommit, isRace, translate } from './driver-errors.ts'
import { withClient } from './pool.ts'
import { whileRacing } from './retry.ts'
import { runStep } from './run-operation.ts'

interface Waiting {
  readonly operation: () => Operation<unknown>
  resolve(result: unknown): void
  reject(error: unknown): void
}

type Outcome = { ok: true; result: unknown } | { ok: false; error: unknown }

/** A write that broke its batch, and why. */
class Broken extends Error {
  constructor(
    readonly index: number,
    override readonly cause: unknown,
  ) {
    super('a write broke its batch')
  }
}

/** A batch ends at this many writes, or after this many milliseconds: other processes wait for the rows that it locks. */
const BATCH_WRITES = 64
const BATCH_MS = 10

/**
 * The queue of writes, first in first out, so that calls take effect in their order. Writes that arrive while others are
 * under way are committed together (group commit): they share one BEGIN, one COMMIT and one wait for the disk.
 */
export class PostgresqlWriter {
  readonly counts = { batches: 0, committed: 0, largestBatch: 0, replays: 0, busyRetries: 0 }
  readonly #pool: Pool
  readonly #busyTimeoutMs: number
  readonly #queue: Waiting[] = []
  #isRunning = false

  constructor(pool: Pool, busyTimeoutMs: number) {
    this.#pool = pool
    this.#busyTimeoutMs = busyTimeoutMs
  }

  get queued(): number {
    return this.#queue.length
  }

  /** Queues a write; settles once it is committed. */
  write<T>(operation: () => Operation<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ operation, resolve: resolve as (result: unknown) => void, reject })
      if (!this.#isRunning) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    // Everything that the current turn of the event loop still issues joins the batch.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#queue.length > 0) {
      if (this.#queue.length === 1) await this.#writeAlone(this.#queue.shift() as Waiting)
      else await this.#writeBatch()
    }
    this.#isRunning = false
  }

  async #writeAlone(entry: Waiting): Promise<void> {
    try {
      const attempt = () => this.#attemptAlone(entry.operation)
      entry.resolve(await whileRacing(this.#busyTimeoutMs, attempt, () => void this.counts.busyRetries++))
      this.#count(1)
    } catch (error) {
      entry.reject(translate(error))
    }
  }

  async #attemptAlone<T>(operation: () => Operation<T>): Promise<T> {
    const attempt = operation()
    let state = attempt.next()
    // Where one statement writes and the others only read, each is a transaction by itself.
    if (state.done || state.value.statement.isOnlyWrite) {
      for (let isWriting = true; !state.done; isWriting = false)
        state = attempt.next(await runStep(this.#pool, state.value, isWriting))
      return state.value
    }
    const results = await this.#commit((client) => runAll(client, [operation]))
    const [outcome] = results as [Outcome]
    if (!outcome.ok) throw outcome.error
    return outcome.result as T
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#queue.slice(0, BATCH_WRITES)
    try {
      const outcomes = await this.#commit((client) =>
        runAll(
          client,
          batch.map(({ operation }) => operation),
        ),
      )
      this.#queue.splice(0, outcomes.length)
      this.#count(outcomes.length)
      for (const [i, outcome] of outcomes.entries()) {
        if (outcome.ok) batch[i]?.resolve(outcome.result)
        else batch[i]?.reject(translate(outcome.error))
      }
    } catch (error) {
      await this.#recover(batch, error)
    }
  }

  // One that met another process is tried again with those before it, by themselves; one that fails is left out.
  async #recover(batch: readonly Waiting[], error: unknown): Promise<void> {
    if (error instanceof Broken && !isRace(error.cause)) {
      this.counts.replays++
      const [broken] = this.#queue.splice(error.index, 1)
      broken?.reject(translate(error.cause))
    } else if (error instanceof Broken) {
      this.counts.busyRetries++
      for (const entry of this.#queue.splice(0, error.index + 1)) await this.#writeAlone(entry)
    } else {
      for (const entry of this.#queue.splice(0, batch.length)) entry.reject(translate(error))
    }
  }

  #commit<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    return withClient(this.#pool, async (client) => {
      await client.query('BEGIN')
      let result: T
      try {
        result = await work(client)
      } catch (error) {
        await client.query('ROLLBACK').catch(() => {})
        throw error
      }
      try {
        await client.query('COMMIT')
      } catch (error) {
        throw failedCommit(error)
      }
      return result
    })
  }

  #count(writes: number): void {
    this.counts.batches++
    this.counts.committed += writes
    this.counts.largestBatch = Math.max(this.counts.largestBatch, writes)
  }
}

/** Runs operations one after the other, until it takes too long. One that refuses before it has written harms no other. */
async function runAll(client: PoolClient, operations: readonly (() => Operation<unknown>)[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const deadline = performance.now() + BATCH_MS
  for (const [index, operation] of operations.entries()) {
    if (index > 0 && performance.now() > deadline) break
    let hasWritten = false
    try {
      const attempt = operation()
      let state = attempt.next()
      while (!state.done) {
        const rows = await runStep(client, state.value, true)
        hasWritten ||= !/^\s*(SELECT|WITH)/.test(state.value.statement.sql)
        state = attempt.next(rows)
      }
      outcomes.push({ ok: true, result: state.value })
    } catch (error) {
      if (hasWritten || !(error instanceof StateStoreError))
        throw operations.length === 1 ? error : new Broken(index, error)
      outcomes.push({ ok: false, error })
    }
  }
  return outcomes
}
