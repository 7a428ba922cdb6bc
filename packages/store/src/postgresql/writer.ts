import type { Pool, PoolClient } from 'pg'
import { StateStoreError } from '../errors.ts'
import type { Operation, Step } from '../operation.ts'
import { isConnectionLost, isRace, translate } from './driver-errors.ts'
import { commit, committing, type PoolOptions, rollback, withClient } from './pool.ts'
import { isPassing, whilePassing } from './retry.ts'
import { runStep } from './run-operation.ts'

interface Waiting {
  readonly operation: () => Operation<unknown>
  /** When it was queued. */
  readonly since: number
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
  readonly #options: PoolOptions
  readonly #queue: Waiting[] = []
  #isRunning = false

  constructor(pool: Pool, options: PoolOptions) {
    this.#pool = pool
    this.#options = options
  }

  get queued(): number {
    return this.#queue.length
  }

  /** Queues a write; settles once it is committed. */
  write<T>(operation: () => Operation<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const since = performance.now()
      this.#queue.push({ operation, since, resolve: resolve as (result: unknown) => void, reject })
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
      entry.resolve(await this.#again(isPassing, () => this.#attemptAlone(entry.operation)))
      this.#count(1)
    } catch (error) {
      entry.reject(translate(error))
      this.#rejectOverdue(error)
    }
  }

  async #attemptAlone<T>(operation: () => Operation<T>): Promise<T> {
    const attempt = operation()
    const first = attempt.next()
    // Where one statement writes and the others only read, each is a transaction by itself.
    if (first.done || first.value.statement.isOnlyWrite) return this.#writeFirst(attempt, first)
    const outcomes = await this.#commit((client) => runAll(client, [operation]))
    const [outcome] = outcomes as [Outcome]
    if (!outcome.ok) throw outcome.error
    return outcome.result as T
  }

  async #writeFirst<T>(attempt: Operation<T>, first: IteratorResult<Step, T>): Promise<T> {
    let state = first
    for (let isWritten = false; !state.done; isWritten = true) {
      const step = state.value
      // What is read after the write is read again by itself: the write is carried out already.
      const rows = isWritten
        ? await this.#again(isConnectionLost, () => runStep(this.#pool, step, false))
        : await withClient(this.#pool, (client) => committing(runStep(client, step, true)))
      state = attempt.next(rows)
    }
    return state.value
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#queue.slice(0, BATCH_WRITES)
    const operations = batch.map(({ operation }) => operation)
    let outcomes: Outcome[] = []
    try {
      await this.#again(isConnectionLost, () =>
        this.#commit(async (client) => {
          outcomes = []
          outcomes = await runAll(client, operations)
        }),
      )
    } catch (error) {
      await this.#recover(error, outcomes.length || batch.length)
      return
    }
    this.#queue.splice(0, outcomes.length)
    this.#count(outcomes.length)
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.ok) batch[i]?.resolve(outcome.result)
      else batch[i]?.reject(translate(outcome.error))
    }
  }

  // One that met another process is tried again with those before it, by themselves; one that fails is left out.
  async #recover(error: unknown, attempted: number): Promise<void> {
    if (error instanceof Broken && isRace(error)) {
      this.counts.busyRetries++
      for (const entry of this.#queue.splice(0, error.index + 1)) await this.#writeAlone(entry)
    } else if (error instanceof Broken && !isConnectionLost(error)) {
      this.counts.replays++
      const [broken] = this.#queue.splice(error.index, 1)
      broken?.reject(translate(error.cause))
    } else {
      // Of a COMMIT without an answer, all may be stored, what was refused as well as what was not.
      const cause = error instanceof Broken ? error.cause : error
      for (const entry of this.#queue.splice(0, attempted)) entry.reject(translate(cause))
      this.#rejectOverdue(cause)
    }
  }

  // While there is no server, each waits for one no longer than it may: not for those before it as well.
  #rejectOverdue(error: unknown): void {
    if (!isConnectionLost(error)) return
    const latest = performance.now() - this.#options.acquireTimeoutMs
    const after = this.#queue.findIndex(({ since }) => since > latest)
    for (const entry of this.#queue.splice(0, after === -1 ? this.#queue.length : after)) entry.reject(translate(error))
  }

  #again<T>(passes: (error: unknown) => boolean, attempt: () => Promise<T>): Promise<T> {
    return whilePassing(this.#options.busyTimeoutMs, attempt, () => void this.counts.busyRetries++, passes)
  }

  #commit<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    return withClient(this.#pool, async (client) => {
      await client.query('BEGIN')
      let result: T
      try {
        result = await work(client)
      } catch (error) {
        await rollback(client)
        throw error
      }
      await commit(client)
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
