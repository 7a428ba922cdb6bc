import { CommitUnknownError, type StateStoreError, StorageFullError, StoreBusyError } from '../errors.ts'
import { jitter, stillBusy } from './busy.ts'
import type { Connection } from './connection.ts'
import { isBusy, isFull, translate } from './driver-errors.ts'
import { SqliteTransaction } from './transaction.ts'

/** Work on the writer's connection: synchronous, and repeatable after a rollback. */
export type Job<T> = (connection: Connection) => T

interface Waiting {
  readonly since: number
  reject(error: unknown): void
}

interface WaitingWrite extends Waiting {
  readonly kind: 'write'
  readonly job: Job<unknown>
  resolve(result: unknown): void
}

interface WaitingTransaction extends Waiting {
  readonly kind: 'transaction'
  resolve(transaction: SqliteTransaction): void
}

interface WaitingUpkeep extends Waiting {
  readonly kind: 'upkeep'
  readonly job: Job<unknown>
  resolve(result: unknown): void
}

type Entry = WaitingWrite | WaitingTransaction | WaitingUpkeep

type Outcome = { entry: WaitingWrite; ok: true; result: unknown } | { entry: WaitingWrite; ok: false; error: unknown }

/** A batch ends at this many writes, or after this many milliseconds, so that the event loop stays responsive. */
const BATCH_WRITES = 128
const BATCH_MS = 2

export interface WriterOptions {
  busyTimeoutMs: number
  acquireTimeoutMs: number
}

/**
 * The one way to write: a first-in first-out queue over one connection. Writes that arrive together are committed
 * together (group commit), each promise settling only after the COMMIT; a transaction has the connection to itself.
 *
 * Group commit follows DeWitt et al., "Implementation Techniques for Main Memory Database Systems" (SIGMOD 1984).
 */
export class Writer {
  readonly counts = {
    batches: 0,
    committed: 0,
    largestBatch: 0,
    replays: 0,
    busyRetries: 0,
    transactionsCommitted: 0,
    transactionsRolledBack: 0,
  }
  readonly #connection: Connection
  readonly #options: WriterOptions
  #queue: Entry[] = []
  #open: SqliteTransaction | undefined
  #scheduled = false
  #busySince: number | undefined
  #acquireTimer: NodeJS.Timeout | undefined
  #whenIdle: (() => void)[] = []

  constructor(connection: Connection, options: WriterOptions) {
    this.#connection = connection
    this.#options = options
  }

  /** The transaction that holds the connection now. */
  get transaction(): SqliteTransaction | undefined {
    return this.#open
  }

  get queued(): number {
    return this.#queue.length
  }

  /** Queues a write; settles once the batch that carries it is committed. */
  write<T>(job: Job<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#enqueue({
        kind: 'write',
        since: performance.now(),
        job,
        resolve: resolve as (result: unknown) => void,
        reject,
      })
    })
  }

  /** Queues for the connection; resolves with a transaction that is open and holds it until it ends. */
  begin(): Promise<SqliteTransaction> {
    return new Promise((resolve, reject) => {
      this.#enqueue({ kind: 'transaction', since: performance.now(), resolve, reject })
    })
  }

  /** Queues work that SQLite does outside of transactions, such as a checkpoint. Not tried again when it is busy. */
  upkeep<T>(job: Job<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const since = performance.now()
      this.#enqueue({ kind: 'upkeep', since, job, resolve: resolve as (result: unknown) => void, reject })
    })
  }

  /** Resolves when nothing is queued and no transaction is open. */
  idle(): Promise<void> {
    if (this.#queue.length === 0 && this.#open === undefined) return Promise.resolve()
    return new Promise((resolve) => this.#whenIdle.push(resolve))
  }

  #enqueue(entry: Entry): void {
    this.#queue.push(entry)
    if (this.#open === undefined) this.#schedule()
    else this.#watchAcquireTimeout()
  }

  // setImmediate, not a microtask: everything that the current turn of the event loop still issues joins the batch.
  #schedule(delayMs = 0): void {
    if (this.#scheduled) return
    if (this.#queue.length === 0) {
      if (this.#open === undefined) for (const resolve of this.#whenIdle.splice(0)) resolve()
      return
    }
    this.#scheduled = true
    if (delayMs > 0) setTimeout(() => this.#turn(), delayMs)
    else setImmediate(() => this.#turn())
  }

  #turn(): void {
    this.#scheduled = false
    if (this.#queue[0]?.kind === 'upkeep') {
      this.#keepUp(this.#queue.shift() as WaitingUpkeep)
      this.#schedule()
      return
    }
    if (this.#queue.length === 0 || !this.#begin()) {
      this.#schedule(this.#busySince === undefined ? 0 : jitter())
      return
    }
    if (this.#queue[0]?.kind === 'transaction') this.#startTransaction(this.#queue.shift() as WaitingTransaction)
    else this.#commitBatch()
    if (this.#open === undefined) this.#schedule()
  }

  #keepUp({ job, resolve, reject }: WaitingUpkeep): void {
    try {
      resolve(job(this.#connection))
    } catch (error) {
      reject(error)
    }
  }

  #begin(): boolean {
    try {
      this.#connection.begin()
      this.#busySince = undefined
      return true
    } catch (error) {
      if (isBusy(error)) this.#rejectBusyForTooLong(error)
      else for (const entry of this.#queue.splice(0)) entry.reject(translate(error))
      return false
    }
  }

  // Each entry gets its own full timeout, counted from when it arrived or from when the lock was first found taken.
  #rejectBusyForTooLong(cause: unknown): void {
    const now = performance.now()
    this.#busySince ??= now
    this.counts.busyRetries++
    const busySince = this.#busySince
    const waited = (entry: Waiting) => now - Math.max(entry.since, busySince)
    for (const entry of this.#takeExpired((entry) => waited(entry) >= this.#options.busyTimeoutMs))
      entry.reject(stillBusy(waited(entry), cause))
    if (this.#queue.length === 0) this.#busySince = undefined
  }

  #commitBatch(): void {
    const outcomes: Outcome[] = []
    const deadline = performance.now() + BATCH_MS
    let taken = 0
    for (const entry of this.#queue) {
      if (entry.kind !== 'write' || taken === BATCH_WRITES || (taken > 0 && performance.now() > deadline)) break
      taken++
      const outcome = this.#attempt(entry)
      if (outcome === 'undone') {
        this.#replayWithout(taken - 1)
        return
      }
      outcomes.push(outcome)
    }
    this.#queue.splice(0, taken)
    const committed = this.#commit()
    if (committed.ok) this.#settle(outcomes)
    else for (const { entry } of outcomes) entry.reject(failedCommit(committed.error))
  }

  #attempt(entry: WaitingWrite): Outcome | 'undone' {
    const connection = this.#connection
    const written = connection.writes
    try {
      return { entry, ok: true, result: entry.job(connection) }
    } catch (error) {
      // A statement that fails undoes itself. Had the job written before, or did SQLite roll everything back, the
      // others must run again without it.
      if (connection.writes === written && connection.inTransaction) return { entry, ok: false, error }
      entry.reject(error)
      return 'undone'
    }
  }

  #replayWithout(index: number): void {
    this.#connection.rollback()
    this.#queue.splice(index, 1)
    this.counts.replays++
  }

  #commit(): { ok: true } | { ok: false; error: unknown } {
    try {
      this.#connection.commit()
      return { ok: true }
    } catch (error) {
      this.#connection.rollback()
      return { ok: false, error }
    }
  }

  #settle(outcomes: readonly Outcome[]): void {
    const { counts } = this
    counts.batches++
    counts.largestBatch = Math.max(counts.largestBatch, outcomes.length)
    for (const outcome of outcomes) {
      if (!outcome.ok) outcome.entry.reject(outcome.error)
      else {
        counts.committed++
        outcome.entry.resolve(outcome.result)
      }
    }
  }

  #startTransaction(entry: WaitingTransaction): void {
    this.#open = new SqliteTransaction(this.#connection, {
      commit: () => {
        const committed = this.#commit()
        if (!committed.ok) throw failedCommit(committed.error)
      },
      ended: (committed) => {
        this.#open = undefined
        this.counts[committed ? 'transactionsCommitted' : 'transactionsRolledBack']++
        clearTimeout(this.#acquireTimer)
        this.#acquireTimer = undefined
        this.#schedule()
      },
    })
    entry.resolve(this.#open)
    this.#watchAcquireTimeout()
  }

  #watchAcquireTimeout(): void {
    const oldest = this.#queue[0]
    if (this.#acquireTimer !== undefined || oldest === undefined) return
    const { acquireTimeoutMs } = this.#options
    const due = oldest.since + acquireTimeoutMs - performance.now()
    this.#acquireTimer = setTimeout(
      () => {
        this.#acquireTimer = undefined
        const now = performance.now()
        const message = `waited ${acquireTimeoutMs} ms (acquireTimeoutMs) for its turn behind transactions of this process`
        for (const entry of this.#takeExpired((entry) => now - entry.since >= acquireTimeoutMs))
          entry.reject(new StoreBusyError(message))
        this.#watchAcquireTimeout()
      },
      Math.max(1, due),
    )
  }

  #takeExpired(expired: (entry: Waiting) => boolean): Waiting[] {
    const gone = this.#queue.filter(expired)
    if (gone.length > 0) this.#queue = this.#queue.filter((entry) => !expired(entry))
    return gone
  }
}

/** A full disk fails before the commit record is whole, so nothing is there; a failing disk leaves that open. */
function failedCommit(error: unknown): StateStoreError {
  if (isBusy(error))
    return new StoreBusyError('the database was locked at COMMIT; nothing was stored', { cause: error })
  return isFull(error) ? new StorageFullError({ cause: error }) : new CommitUnknownError({ cause: error })
}
