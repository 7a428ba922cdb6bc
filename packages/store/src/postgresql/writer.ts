import type { PoolClient } from 'pg'
import type { Operation, Step } from '../operation.ts'
import { RecentlyUsed } from '../recently-used.ts'
import { failedCommit, isConnectionLost, isRace, isServerError, NoConnectionError, translate } from './driver-errors.ts'
import type { HostsPool } from './hosts-pool.ts'
import { Pipeline } from './pipeline.ts'
import { committing, type PoolOptions, rollback, withClient } from './pool.ts'
import { isPassing, whilePassing } from './retry.ts'
import { Broken, MOST_AHEAD, type Outcome, runBatch, type Write } from './run-batch.ts'
import { type KeptRows, runStep } from './run-operation.ts'
import { named } from './statements.ts'

interface Waiting extends Write {
  /** When it was queued. */
  readonly since: number
  resolve(result: unknown): void
  reject(error: unknown): void
}

const BEGIN = named('BEGIN')
const COMMIT = named('COMMIT')

/** Memory that kept rows may take. */
const KEPT_BYTES = 8 * 2 ** 20

/** A batch ends at this many writes. */
const BATCH_WRITES = 64

/**
 * The queue of writes, first in first out, so that calls take effect in their order. Writes that arrive while others are
 * under way are committed together (group commit): they share one BEGIN, one COMMIT and one wait for the disk.
 */
export class PostgresqlWriter {
  readonly counts = { batches: 0, committed: 0, largestBatch: 0, replays: 0, busyRetries: 0 }
  readonly #pool: HostsPool
  readonly #options: PoolOptions
  readonly #queue: Waiting[] = []
  readonly #kept: KeptRows = new RecentlyUsed(KEPT_BYTES)
  /** So many writes of a batch read ahead: where the one before had no time for all, twice what it had time for. */
  #readAhead = MOST_AHEAD
  #isRunning = false
  /** The last write that looked for a server has found none. */
  #isDown = false

  constructor(pool: HostsPool, options: PoolOptions) {
    this.#pool = pool
    this.#options = options
  }

  get queued(): number {
    return this.#queue.length
  }

  /** Queues a write; settles once it is committed. */
  write<T>(operation: () => Operation<T>, namespace: string | undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const since = performance.now()
      this.#queue.push({ operation, namespace, since, resolve: resolve as (result: unknown) => void, reject })
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
      entry.resolve(await this.#again(isPassing, () => this.#attemptAlone(entry)))
      this.#count(1)
    } catch (error) {
      entry.reject(translate(error))
      this.#rejectOverdue(error)
    }
  }

  async #attemptAlone(write: Waiting): Promise<unknown> {
    const attempt = write.operation()
    const first = attempt.next()
    // Where one statement writes and the others only read, each is a transaction by itself.
    if (first.done || first.value.statement.isOnlyWrite) return this.#writeFirst(attempt, first, write)
    const outcomes: Outcome[] = []
    await this.#commit([write], outcomes)
    const [outcome] = outcomes as [Outcome]
    if (!outcome.ok) throw outcome.error
    return outcome.result
  }

  async #writeFirst(
    attempt: Operation<unknown>,
    first: IteratorResult<Step, unknown>,
    { namespace, since }: Waiting,
  ): Promise<unknown> {
    let state = first
    for (let isWritten = false; !state.done; isWritten = true) {
      const step = state.value
      const run = (client: PoolClient) => runStep(client, step, { isWriting: !isWritten, namespace })
      // What is read after the write is read again by itself: the write is carried out already.
      const rows = isWritten
        ? await this.#again(isConnectionLost, () => withClient(this.#pool, run))
        : await this.#withClient(since, (client) => committing(run(client)))
      state = attempt.next(rows)
    }
    return state.value
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#queue.slice(0, BATCH_WRITES)
    const outcomes: Outcome[] = []
    try {
      await this.#again(isConnectionLost, () => this.#commit(batch, outcomes))
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
    if (error instanceof NoConnectionError) {
      this.#queue.shift()?.reject(translate(error))
      this.#rejectOverdue(error)
    } else if (error instanceof Broken && isRace(error)) {
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
    this.#isDown = true
    const latest = performance.now() - this.#options.acquireTimeoutMs
    const after = this.#queue.findIndex(({ since }) => since > latest)
    for (const entry of this.#queue.splice(0, after === -1 ? this.#queue.length : after)) entry.reject(translate(error))
  }

  // While there is none, the time in the queue counts, too; else it is spent on the writes before.
  #withClient<T>(since: number, work: (client: PoolClient) => Promise<T>): Promise<T> {
    const deadline = since + this.#options.acquireTimeoutMs
    return this.#isDown
      ? withClient(this.#pool, work, () => this.#pool.connectBy(deadline))
      : withClient(this.#pool, work)
  }

  #again<T>(passes: (error: unknown) => boolean, attempt: () => Promise<T>): Promise<T> {
    return whilePassing(this.#options.busyTimeoutMs, attempt, () => void this.counts.busyRetries++, passes)
  }

  /** Runs operations, as many as there is time for, and commits them. What has become of each is known before. */
  #commit(writes: readonly Waiting[], outcomes: Outcome[]): Promise<void> {
    const [{ since }] = writes as [Waiting]
    return this.#withClient(since, async (client) => {
      outcomes.length = 0
      const pipeline = await Pipeline.open(client)
      let isCommitting = false
      try {
        pipeline.execute({ index: 0, namespace: undefined }, BEGIN)
        await runBatch(pipeline, writes, outcomes, this.#kept, this.#readAhead)
        // What is read for nothing may be large.
        const isCut = outcomes.length < writes.length
        this.#readAhead = isCut ? Math.min(MOST_AHEAD, 2 * outcomes.length) : MOST_AHEAD
        isCommitting = true
        pipeline.execute({ index: writes.length, namespace: undefined }, COMMIT)
        await pipeline.end()
      } catch (error) {
        const broken = asBroken(pipeline, error)
        await pipeline.end().catch(() => {})
        await rollback(client, broken.cause)
        // The server tells what has failed before COMMIT. All else may be the answer to it.
        const isKnown = !isCommitting || (isServerError(broken.cause) && broken.index < writes.length)
        if (!isKnown) throw failedCommit(broken.cause)
        throw writes.length === 1 ? broken.cause : broken
      }
    })
  }

  #count(writes: number): void {
    this.#isDown = false
    this.counts.batches++
    this.counts.committed += writes
    this.counts.largestBatch = Math.max(this.counts.largestBatch, writes)
  }
}

function asBroken({ failure }: Pipeline, error: unknown): Broken {
  if (failure !== undefined) return new Broken(failure.sender?.index ?? Number.POSITIVE_INFINITY, failure.error)
  return error instanceof Broken ? error : new Broken(0, error)
}
