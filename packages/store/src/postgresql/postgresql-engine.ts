import type { PrismaClient } from '@descartes/store/client'
import type { Pool, PoolClient } from 'pg'
import type { Engine, EngineStats, Executor, Reclaimed } from '../engine.ts'
import { OutsideTransactionError, StoreClosedError } from '../errors.ts'
import type { Operation, Statement, Step } from '../operation.ts'
import { isInside, runInside } from '../transaction-scope.ts'
import { failedCommit, translate } from './driver-errors.ts'
import { type PoolOptions, withClient } from './pool.ts'
import { createPrismaClient } from './prisma.ts'
import { whileRacing } from './retry.ts'
import { runOperation, runStep } from './run-operation.ts'
import { PostgresqlTransaction } from './transaction.ts'

const [READ, WRITE, ALONE] = [
  'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  'BEGIN',
  'BEGIN ISOLATION LEVEL SERIALIZABLE',
]

/**
 * The PostgreSQL engine: a pool of connections that operations and Prisma share. What is done in one statement takes one
 * round trip; other reads run on one snapshot, other writes in a transaction that locks the agents it reads.
 */
export class PostgresqlEngine implements Engine {
  readonly #pool: Pool
  readonly #options: PoolOptions
  /** First statements of reads that have taken more than one, so that they begin with a snapshot. */
  readonly #longReads = new WeakSet<Statement<unknown>>()
  readonly #counts = { committed: 0, retries: 0, transactionsCommitted: 0, transactionsRolledBack: 0 }
  #held = 0
  #inFlight = 0
  #whenIdle: (() => void)[] = []
  #prisma: PrismaClient | undefined
  #closing: Promise<void> | undefined

  constructor(pool: Pool, options: PoolOptions) {
    this.#pool = pool
    this.#options = options
  }

  get prisma(): PrismaClient {
    this.#prisma ??= createPrismaClient(this.#pool)
    return this.#prisma
  }

  read<T>(operation: () => Operation<T>): Promise<T> {
    return this.#call(async () => {
      const attempt = operation()
      const first = attempt.next()
      if (first.done) return first.value
      if (!this.#longReads.has(first.value.statement)) {
        const second = attempt.next(await runStep(this.#pool, first.value, false))
        if (second.done) return second.value
        // What comes next must see the same snapshot: from the start again, and so from now on.
        this.#longReads.add(first.value.statement)
      }
      return this.#inTransaction(READ, (client) => runOperation(client, operation(), false))
    })
  }

  write<T>(operation: () => Operation<T>): Promise<T> {
    return this.#call(async () => {
      const result = await this.#raced(() => this.#attemptWrite(operation))
      this.#counts.committed++
      return result
    })
  }

  transact<T>(work: (transaction: Executor) => Promise<T>): Promise<T> {
    return this.#call(() =>
      this.#raced(() =>
        withClient(this.#pool, async (client) => {
          await client.query(ALONE)
          this.#held++
          try {
            const result = await transactIn(this, new PostgresqlTransaction(client), work)
            this.#counts.transactionsCommitted++
            return result
          } catch (error) {
            this.#counts.transactionsRolledBack++
            throw error
          } finally {
            this.#held--
          }
        }),
      ),
    )
  }

  // The server reuses room by itself; to give it back would lock every table.
  async reclaim(): Promise<Reclaimed> {
    return this.#call(async () => {
      const bytes = await this.#bytes()
      return { bytesBefore: bytes, bytesAfter: bytes }
    })
  }

  async scrub(): Promise<Reclaimed> {
    return this.#call(async () => {
      const bytesBefore = await this.#bytes()
      // Rewrites the tables and indexes whole: nothing of deleted rows is left in them.
      for (const table of TABLES) await this.#pool.query(`VACUUM FULL ${table}`)
      return { bytesBefore, bytesAfter: await this.#bytes() }
    })
  }

  stats(): EngineStats {
    const { committed, retries, transactionsCommitted, transactionsRolledBack } = this.#counts
    const { totalCount, waitingCount } = this.#pool
    return {
      connections: {
        max: this.#options.maxConnections,
        open: this.#closing ? 0 : totalCount,
        inUse: this.#held,
        waiting: waitingCount,
      },
      writes: {
        queued: this.#inFlight,
        batches: committed,
        committed,
        largestBatch: Math.min(1, committed),
        replays: 0,
        busyRetries: retries,
      },
      transactions: { open: this.#held, committed: transactionsCommitted, rolledBack: transactionsRolledBack },
    }
  }

  async close(): Promise<void> {
    if (isInside(this)) throw new OutsideTransactionError()
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    if (this.#inFlight > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve))
    await this.#prisma?.$disconnect()
    await this.#pool.end()
  }

  async #attemptWrite<T>(operation: () => Operation<T>): Promise<T> {
    const attempt = operation()
    const first = attempt.next()
    if (first.done) return first.value
    if (first.value.statement.isOnlyWrite) {
      // What follows reads at most, such as why there was nothing to change.
      let state = attempt.next(await runStep(this.#pool, first.value, true))
      while (!state.done) state = attempt.next(await runStep(this.#pool, state.value as Step, false))
      return state.value
    }
    return this.#inTransaction(WRITE, (client) => runOperation(client, operation(), true))
  }

  #inTransaction<T>(begin: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
    return withClient(this.#pool, async (client) => {
      await client.query(begin)
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

  #raced<T>(attempt: () => Promise<T>): Promise<T> {
    return whileRacing(this.#options.busyTimeoutMs, attempt, () => void this.#counts.retries++)
  }

  async #call<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw new StoreClosedError()
    if (isInside(this)) throw new OutsideTransactionError()
    this.#inFlight++
    try {
      return await work()
    } catch (error) {
      throw translate(error)
    } finally {
      this.#inFlight--
      if (this.#inFlight === 0) for (const resolve of this.#whenIdle.splice(0)) resolve()
    }
  }

  async #bytes(): Promise<number> {
    const { rows } = await this.#pool.query('SELECT pg_database_size(current_database()) AS bytes')
    return Number(rows[0].bytes)
  }
}

const TABLES = [
  'agent_states',
  'agent_revisions',
  'state_transitions',
  'state_snapshots',
  'events',
  'tasks',
  'sessions',
]

/** Operations inside an open transaction. */
class TransactionExecutor implements Executor {
  readonly #engine: PostgresqlEngine
  readonly #transaction: PostgresqlTransaction
  #prisma: PrismaClient | undefined

  constructor(engine: PostgresqlEngine, transaction: PostgresqlTransaction) {
    this.#engine = engine
    this.#transaction = transaction
  }

  get prisma(): PrismaClient {
    this.#prisma ??= createPrismaClient(this.#transaction)
    return this.#prisma
  }

  async read<T>(operation: () => Operation<T>): Promise<T> {
    return this.write(operation)
  }

  async write<T>(operation: () => Operation<T>): Promise<T> {
    return this.#transaction.run(operation)
  }

  async transact<T>(work: (transaction: Executor) => Promise<T>): Promise<T> {
    return transactIn(this.#engine, await this.#transaction.begin(), work)
  }

  /** Lets go of the Prisma client, if one was made. */
  async release(): Promise<void> {
    await this.#prisma?.$disconnect()
  }
}

async function transactIn<T>(
  engine: PostgresqlEngine,
  transaction: PostgresqlTransaction,
  work: (executor: Executor) => Promise<T>,
): Promise<T> {
  const executor = new TransactionExecutor(engine, transaction)
  try {
    const result = await runInside(engine, transaction, () => work(executor))
    await transaction.commit()
    return result
  } catch (error) {
    await transaction.rollback()
    throw error
  } finally {
    await executor.release()
  }
}
