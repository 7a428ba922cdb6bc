import type { PrismaClient } from '@descartes/store/client'
import {
  type Answer,
  type Engine,
  type EngineStats,
  type Executor,
  PRIMARY,
  type Reclaimed,
  type ReclaimProgress,
  type Scrubbed,
} from '../engine.ts'
import { OutsideTransactionError, StoreClosedError } from '../errors.ts'
import { SQLITE_MIGRATIONS } from '../migrations/embedded.ts'
import type { Operation } from '../operation.ts'
import { createPrismaClient } from '../prisma/client.ts'
import { type TransactionAccess, transactIn } from '../transact-in.ts'
import { isInside } from '../transaction-scope.ts'
import { accessTo, type SqliteAccess } from './access.ts'
import { whileBusy } from './busy.ts'
import { type Connection, type Durability, openConnection } from './connection.ts'
import { isBusy, translate } from './driver-errors.ts'
import type { Location } from './location.ts'
import { giveRoomBack, reclaim, scrub } from './reclaim.ts'
import type { SqliteTransaction } from './transaction.ts'
import { type Job, Writer, type WriterOptions } from './writer.ts'

export interface SqliteEngineOptions extends WriterOptions {
  durability: Durability
  maxConnections: number
}

/**
 * The SQLite engine: a writer with group commit, and a second connection that reads while a transaction holds the
 * writer's. Otherwise reads run on the writer's own connection, between batches, where the page cache is warm.
 * JavaScript runs one statement at a time, so more connections would not read faster.
 */
export class SqliteEngine implements Engine, SqliteAccess {
  readonly hasJsonb = false
  readonly migrations = SQLITE_MIGRATIONS
  readonly #connection: Connection
  readonly #location: Location
  readonly #options: SqliteEngineOptions
  readonly #writer: Writer
  #reader: Connection | undefined
  #prisma: PrismaClient | undefined
  #closing: Promise<void> | undefined

  constructor(connection: Connection, location: Location, options: SqliteEngineOptions) {
    this.#connection = connection
    this.#location = location
    this.#options = options
    this.#writer = new Writer(connection, options)
  }

  get prisma(): PrismaClient {
    this.#prisma ??= createPrismaClient(this)
    return this.#prisma
  }

  read<T>(operation: () => Operation<T>): Promise<T> {
    return this.performRead(running(operation))
  }

  async readEventually<T>(operation: () => Operation<T>): Promise<Answer<T>> {
    return { result: await this.read(operation), server: PRIMARY }
  }

  write<T>(operation: () => Operation<T>): Promise<T> {
    return this.performWrite(running(operation))
  }

  within(): Executor {
    return this
  }

  async performRead<T>(job: Job<T>): Promise<T> {
    const refusal = this.#refusal()
    if (refusal !== undefined) throw refusal
    if (this.#writer.transaction !== undefined && !this.#mayOpenReader) return this.#writer.write(job)
    const attempt = () => job(this.#writer.transaction === undefined ? this.#connection : this.#openReader())
    try {
      return attempt()
    } catch (error) {
      // Another process may be recovering the log after a crash; that takes a moment.
      if (!isBusy(error)) throw error
      return whileBusy(this.#options.busyTimeoutMs, () => {
        if (!this.#connection.database.open) throw new StoreClosedError()
        return attempt()
      })
    }
  }

  // Not async: the writer's promise is passed on as it is, which saves each write three turns of the microtask queue.
  performWrite<T>(job: Job<T>): Promise<T> {
    const refusal = this.#refusal()
    return refusal === undefined ? this.#writer.write(job) : Promise.reject(refusal)
  }

  begin(): Promise<SqliteTransaction> {
    const refusal = this.#refusal()
    return refusal === undefined ? this.#writer.begin() : Promise.reject(refusal)
  }

  async transact<T>(work: (transaction: Executor) => Promise<T>): Promise<T> {
    return transactIn(this, await this.begin(), IN_TRANSACTION, work)
  }

  reclaim(onProgress?: (progress: ReclaimProgress) => void): Promise<Reclaimed> {
    return this.#keepUp(() => reclaim(this.#writer, this.#options.busyTimeoutMs, onProgress))
  }

  async scrub(): Promise<Scrubbed> {
    // What is in memory has no file to leave a trace in.
    const { inMemory } = this.#location
    const done = inMemory ? this.reclaim() : this.#keepUp(() => scrub(this.#writer, this.#options.busyTimeoutMs))
    return { ...(await done), isScrubbed: true }
  }

  async #keepUp<T>(work: () => Promise<T>): Promise<T> {
    const refusal = this.#refusal()
    if (refusal !== undefined) throw refusal
    return work().catch((error: unknown) => {
      // It works in steps, and between two of them the store may be closed.
      throw this.#connection.database.open ? translate(error) : new StoreClosedError()
    })
  }

  stats(): EngineStats {
    const { batches, committed, largestBatch, replays, busyRetries, transactionsCommitted, transactionsRolledBack } =
      this.#writer.counts
    const open = this.#closing ? 0 : this.#reader ? 2 : 1
    const held = this.#writer.transaction === undefined ? 0 : 1
    const queued = this.#writer.queued
    return {
      connections: { max: this.#options.maxConnections, open, inUse: held, waiting: queued, replicas: 0 },
      writes: { queued, batches, committed, largestBatch, replays, busyRetries },
      transactions: { open: held, committed: transactionsCommitted, rolledBack: transactionsRolledBack },
    }
  }

  async close(): Promise<void> {
    if (isInside(this)) throw new OutsideTransactionError()
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#writer.idle()
    await this.#prisma?.$disconnect()
    this.#reader?.close()
    giveRoomBack(this.#connection)
    this.#connection.close()
  }

  get #mayOpenReader(): boolean {
    return !this.#location.inMemory && this.#options.maxConnections > 1
  }

  #openReader(): Connection {
    this.#reader ??= openConnection(this.#location, { durability: this.#options.durability, readonly: true })
    return this.#reader
  }

  #refusal(): Error | undefined {
    if (this.#closing !== undefined) return new StoreClosedError()
    return isInside(this) ? new OutsideTransactionError() : undefined
  }
}

const IN_TRANSACTION: TransactionAccess<SqliteTransaction> = {
  hasJsonb: false,
  none: undefined,
  run: (transaction, operation) => transaction.run((connection) => connection.run(operation())),
  createPrismaClient: (transaction) => createPrismaClient(accessTo(transaction)),
  translate,
}

/** The job that runs an operation. A locked database stays SQLite's own error, by which the engine knows to try again. */
function running<T>(operation: () => Operation<T>): Job<T> {
  return (connection) => {
    try {
      return connection.run(operation())
    } catch (error) {
      throw isBusy(error) ? error : translate(error)
    }
  }
}
