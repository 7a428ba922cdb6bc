import type { PrismaClient } from '@descartes/store/client'
import type { Engine, Executor } from '../engine.ts'
import type { Operation } from '../operation.ts'
import { runInside } from '../transaction-scope.ts'
import { translate } from './driver-errors.ts'
import { NamespaceExecutor, noneOf, type Walled } from './namespace-executor.ts'
import { createPrismaClient, poolOf } from './prisma.ts'
import type { PostgresqlTransaction } from './transaction.ts'

/** Operations inside an open transaction. */
class TransactionExecutor implements Walled {
  readonly hasJsonb = true
  readonly #engine: Engine
  readonly #transaction: PostgresqlTransaction
  readonly #hasWall: boolean
  readonly #none: string | undefined
  readonly #clients: PrismaClient[] = []
  #prisma: PrismaClient | undefined

  constructor(engine: Engine, transaction: PostgresqlTransaction, hasWall: boolean) {
    this.#engine = engine
    this.#transaction = transaction
    this.#hasWall = hasWall
    this.#none = noneOf(hasWall)
  }

  get prisma(): PrismaClient {
    this.#prisma ??= this.prismaWithin(this.#none)
    return this.#prisma
  }

  prismaWithin(namespace: string | undefined): PrismaClient {
    const client = createPrismaClient((send) => poolOf(this.#transaction, send), namespace)
    this.#clients.push(client)
    return client
  }

  within(namespace: string): Executor {
    return this.#hasWall ? new NamespaceExecutor(this, namespace) : this
  }

  async read<T>(operation: () => Operation<T>, namespace = this.#none): Promise<T> {
    return this.write(operation, namespace)
  }

  async write<T>(operation: () => Operation<T>, namespace = this.#none): Promise<T> {
    return this.#transaction.run(operation, namespace).catch((error: unknown) => {
      throw translate(error)
    })
  }

  async transact<T>(work: (transaction: Executor) => Promise<T>): Promise<T> {
    return transactIn(this.#engine, await this.#transaction.begin(), this.#hasWall, work)
  }

  /** Lets go of the Prisma clients that were made. */
  async release(): Promise<void> {
    for (const client of this.#clients) await client.$disconnect()
  }
}

/** Does work in a transaction, which commits or rolls back as the work ends. */
export async function transactIn<T>(
  engine: Engine,
  transaction: PostgresqlTransaction,
  hasWall: boolean,
  work: (executor: Executor) => Promise<T>,
): Promise<T> {
  const executor = new TransactionExecutor(engine, transaction, hasWall)
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
