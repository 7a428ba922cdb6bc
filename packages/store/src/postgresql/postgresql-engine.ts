import type { PrismaClient } from '@descartes/store/client'
import type { PoolClient } from 'pg'
import {
  type Answer,
  type Engine,
  type EngineStats,
  type Executor,
  PRIMARY,
  type Reclaimed,
  type Scrubbed,
} from '../engine.ts'
import { OutsideTransactionError, StoreClosedError } from '../errors.ts'
import { POSTGRESQL_MIGRATIONS } from '../migrations/postgresql.ts'
import type { Operation, Statement } from '../operation.ts'
import { type TransactionAccess, transactIn } from '../transact-in.ts'
import { isInside } from '../transaction-scope.ts'
import { isConnectionLost, translate } from './driver-errors.ts'
import type { HostsPool } from './hosts-pool.ts'
import { NamespaceExecutor, type Walled } from './namespace-executor.ts'
import { type PoolOptions, rollback, withClient, withPatientClient } from './pool.ts'
import { createPrismaClient, guardedPool, poolOf } from './prisma.ts'
import type { Replicas } from './replicas.ts'
import { isPassing, whilePassing } from './retry.ts'
import { runOperation, runStep } from './run-operation.ts'
import { named } from './statements.ts'
import { PostgresqlTransaction } from './transaction.ts'
import { PostgresqlWriter } from './writer.ts'

const SNAPSHOT = named('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
const EXCLUSIVE = 'BEGIN ISOLATION LEVEL SERIALIZABLE'
/** SQLSTATE of a warning. */
const WARNING = '01000'

/**
 * The PostgreSQL engine: a pool of connections that operations and Prisma share. What is done in one statement takes one
 * round trip; other reads run on one snapshot, other writes in a transaction that locks the agents it reads.
 */
export class PostgresqlEngine implements Engine, Walled {
  readonly hasJsonb = true
  readonly migrations = POSTGRESQL_MIGRATIONS
  readonly #pool: HostsPool
  readonly #replicas: Replicas | undefined
  readonly #options: PoolOptions
  /** First statements of reads that have taken more than one, so that they begin with a snapshot. */
  readonly #longReads = new WeakSet<Statement<unknown>>()
  readonly #writer: PostgresqlWriter
  readonly #counts = { retries: 0, committed: 0, rolledBack: 0 }
  #held = 0
  #inFlight = 0
  #whenIdle: (() => void)[] = []
  readonly #address: string
  readonly #inTransaction: TransactionAccess<PostgresqlTransaction>
  #prisma: PrismaClient | undefined
  #closing: Promise<void> | undefined

  /** `hasWall`: the role may see the rows of a namespace only once it is named to the server. `address` is for errors. */
  constructor(
    pool: HostsPool,
    replicas: Replicas | undefined,
    options: PoolOptions,
    hasWall: boolean,
    address: string,
  ) {
    this.#address = address
    this.#pool = pool
    this.#replicas = replicas
    this.#options = options
    this.#inTransaction = inTransaction(hasWall ? '' : undefined, address)
    this.#writer = new PostgresqlWriter(pool, options)
  }

  /** What the server is told where no namespace is given: behind the wall, that there is none; else nothing. */
  get #none(): string | undefined {
    return this.#inTransaction.none
  }

  get prisma(): PrismaClient {
    this.#prisma ??= this.prismaWithin(this.#none)
    return this.#prisma
  }

  prismaWithin(namespace: string | undefined): PrismaClient {
    return createPrismaClient((send) => guardedPool(this.#pool, () => this.#enter(), send), namespace, this.#address)
  }

  within(namespace: string): Executor {
    return this.#none === undefined ? this : new NamespaceExecutor(this, namespace)
  }

  read<T>(operation: () => Operation<T>, namespace = this.#none): Promise<T> {
    return this.#call(() => this.#readOnPrimary(operation, namespace))
  }

  readEventually<T>(operation: () => Operation<T>, server?: string, namespace = this.#none): Promise<Answer<T>> {
    const onReplica = (client: PoolClient) => this.#read(client, operation, namespace)
    return this.#call(async () => {
      const answer = server === PRIMARY ? undefined : await this.#replicas?.read(onReplica, server)
      return answer ?? { result: await this.#readOnPrimary(operation, namespace), server: PRIMARY }
    })
  }

  #readOnPrimary<T>(operation: () => Operation<T>, namespace: string | undefined): Promise<T> {
    const attempt = () => withClient(this.#pool, (client) => this.#read(client, operation, namespace))
    return this.#again(attempt, isConnectionLost)
  }

  async #read<T>(client: PoolClient, operation: () => Operation<T>, namespace: string | undefined): Promise<T> {
    const attempt = operation()
    const first = attempt.next()
    if (first.done) return first.value
    if (!this.#longReads.has(first.value.statement)) {
      const second = attempt.next(await runStep(client, first.value, { isWriting: false, namespace }))
      if (second.done) return second.value
      // What comes next must see the same snapshot: from the start again, and so from now on.
      this.#longReads.add(first.value.statement)
    }
    return runOnSnapshot(client, operation, namespace)
  }

  write<T>(operation: () => Operation<T>, namespace = this.#none): Promise<T> {
    return this.#call(() => this.#writer.write(operation, namespace))
  }

  /**
   * When the transaction lost against others (40001, 40P01, 23505), or its connection broke before COMMIT, nothing is
   * stored, and `work` runs again from the start, for as long as `busyTimeoutMs`.
   */
  transact<T>(work: (transaction: Executor) => Promise<T>): Promise<T> {
    let transaction: PostgresqlTransaction | undefined
    const attempt = () => {
      transaction = undefined
      return withClient(this.#pool, async (client) => {
        await client.query(EXCLUSIVE)
        transaction = new PostgresqlTransaction(client)
        return this.#counting(transactIn(this, transaction, this.#inTransaction, work))
      })
    }
    const passes = (error: unknown) => transaction?.mayRunAgain(error) ?? isPassing(error)
    return this.#call(() => this.#again(attempt, passes))
  }

  async #counting<T>(transaction: Promise<T>): Promise<T> {
    this.#held++
    try {
      const result = await transaction
      this.#counts.committed++
      return result
    } catch (error) {
      this.#counts.rolledBack++
      throw error
    } finally {
      this.#held--
    }
  }

  // The server reuses room by itself; to give it back would lock every table.
  async reclaim(): Promise<Reclaimed> {
    return this.#call(async () => {
      const bytes = await this.#bytes()
      return { bytesBefore: bytes, bytesAfter: bytes }
    })
  }

  async scrub(): Promise<Scrubbed> {
    return this.#call(async () => {
      const bytesBefore = await this.#bytes()
      let isScrubbed = true
      // Rewrites the tables and indexes whole: nothing of deleted rows is left in them. What is not the role's own to rewrite
      // is passed over with a warning.
      await withPatientClient(this.#pool, async (client) => {
        client.on('notice', ({ code }) => {
          if (code === WARNING) isScrubbed = false
        })
        for (const table of TABLES) await client.query(`VACUUM FULL ${table}`)
      })
      return { bytesBefore, bytesAfter: await this.#bytes(), isScrubbed }
    })
  }

  stats(): EngineStats {
    const { retries, committed, rolledBack } = this.#counts
    const { batches, committed: written, largestBatch, replays, busyRetries } = this.#writer.counts
    const { totalCount, waitingCount } = this.#pool
    const [queued, open] = [this.#writer.queued, this.#closing ? 0 : totalCount]
    const replicas = this.#closing ? 0 : (this.#replicas?.open ?? 0)
    return {
      connections: {
        max: this.#options.maxConnections,
        open,
        inUse: this.#held,
        waiting: waitingCount + queued,
        replicas,
      },
      writes: { queued, batches, committed: written, largestBatch, replays, busyRetries: busyRetries + retries },
      transactions: { open: this.#held, committed, rolledBack },
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
    await Promise.all([this.#pool.end(), this.#replicas?.close()])
  }

  #again<T>(attempt: () => Promise<T>, passes: (error: unknown) => boolean): Promise<T> {
    return whilePassing(this.#options.busyTimeoutMs, attempt, () => void this.#counts.retries++, passes)
  }

  async #call<T>(work: () => Promise<T>): Promise<T> {
    const leave = this.#enter()
    try {
      return await work()
    } catch (error) {
      throw translate(error)
    } finally {
      leave()
    }
  }

  /** Closing waits until whoever has entered leaves. */
  #enter(): () => void {
    this.#requireUsable()
    this.#inFlight++
    return () => {
      this.#inFlight--
      if (this.#inFlight === 0) for (const resolve of this.#whenIdle.splice(0)) resolve()
    }
  }

  #requireUsable(): void {
    if (this.#closing !== undefined) throw new StoreClosedError()
    if (isInside(this)) throw new OutsideTransactionError()
  }

  async #bytes(): Promise<number> {
    const { rows } = await this.#pool.query('SELECT pg_database_size(current_database()) AS bytes')
    return Number(rows[0].bytes)
  }
}

async function runOnSnapshot<T>(
  client: PoolClient,
  operation: () => Operation<T>,
  namespace: string | undefined,
): Promise<T> {
  let failure: unknown
  try {
    return await runOperation(client, operation(), { isWriting: false, namespace, begin: SNAPSHOT })
  } catch (error) {
    failure = error
    throw error
  } finally {
    // It has written nothing: there is nothing to lose.
    await rollback(client, failure)
  }
}

const TABLES = [
  'agent_states',
  'agent_revisions',
  'state_transitions',
  'state_snapshots',
  'events',
  'items',
  'tasks',
  'sessions',
]

const inTransaction = (none: string | undefined, address: string): TransactionAccess<PostgresqlTransaction> => ({
  hasJsonb: true,
  none,
  run: (transaction, operation, namespace) => transaction.run(operation, namespace),
  translate,
  createPrismaClient: (transaction, namespace) =>
    createPrismaClient((send) => poolOf(transaction, send), namespace, address),
})
