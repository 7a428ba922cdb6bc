import type { PrismaClient } from '@descartes/store/client'
import { type Answer, type Executor, PRIMARY } from './engine.ts'
import type { Operation } from './operation.ts'
import { runInside } from './transaction-scope.ts'

/** An open transaction, or a savepoint in one. */
export interface Transaction<Self> {
  readonly isOpen: boolean
  begin(): Self | Promise<Self>
  commit(): void | Promise<void>
  rollback(): void | Promise<void>
}

/** What an engine can do in its transactions. */
export interface TransactionAccess<T> {
  readonly hasJsonb: boolean
  run<R>(transaction: T, operation: () => Operation<R>): R | Promise<R>
  createPrismaClient(transaction: T): PrismaClient
}

/** Gives `work` an executor in an open transaction; commits when it resolves, rolls back when it rejects. */
export async function transactIn<T extends Transaction<T>, R>(
  engine: object,
  transaction: T,
  access: TransactionAccess<T>,
  work: (executor: Executor) => Promise<R>,
): Promise<R> {
  const executor = new TransactionExecutor(engine, transaction, access)
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

/** Operations inside an open transaction. */
class TransactionExecutor<T extends Transaction<T>> implements Executor {
  readonly hasJsonb: boolean
  readonly #engine: object
  readonly #transaction: T
  readonly #access: TransactionAccess<T>
  #prisma: PrismaClient | undefined

  constructor(engine: object, transaction: T, access: TransactionAccess<T>) {
    this.hasJsonb = access.hasJsonb
    this.#engine = engine
    this.#transaction = transaction
    this.#access = access
  }

  get prisma(): PrismaClient {
    this.#prisma ??= this.#access.createPrismaClient(this.#transaction)
    return this.#prisma
  }

  async read<R>(operation: () => Operation<R>): Promise<R> {
    return this.write(operation)
  }

  async readEventually<R>(operation: () => Operation<R>): Promise<Answer<R>> {
    return { result: await this.write(operation), server: PRIMARY }
  }

  async write<R>(operation: () => Operation<R>): Promise<R> {
    return this.#access.run(this.#transaction, operation)
  }

  async transact<R>(work: (transaction: Executor) => Promise<R>): Promise<R> {
    return transactIn(this.#engine, await this.#transaction.begin(), this.#access, work)
  }

  /** Lets go of the Prisma client, if one was made. */
  async release(): Promise<void> {
    await this.#prisma?.$disconnect()
  }
}
