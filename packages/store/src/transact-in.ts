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

/** What an engine can do in its transactions. The namespace is undefined where there is no wall between namespaces. */
export interface TransactionAccess<T> {
  readonly hasJsonb: boolean
  /** What is said where no namespace is given; undefined where there is no wall. */
  readonly none: string | undefined
  run<R>(transaction: T, operation: () => Operation<R>, namespace: string | undefined): R | Promise<R>
  createPrismaClient(transaction: T, namespace: string | undefined): PrismaClient
  /** The typed error for whatever the driver threw; all else passes through. */
  translate(error: unknown): unknown
}

/** Gives `work` an executor in an open transaction; commits when it resolves, rolls back when it rejects. */
export async function transactIn<T extends Transaction<T>, R>(
  engine: object,
  transaction: T,
  access: TransactionAccess<T>,
  work: (executor: Executor) => Promise<R>,
  namespace = access.none,
): Promise<R> {
  const clients: PrismaClient[] = []
  try {
    const executor = new TransactionExecutor(engine, transaction, access, clients, namespace)
    const result = await runInside(engine, transaction, () => work(executor))
    await transaction.commit()
    return result
  } catch (error) {
    await transaction.rollback()
    throw error
  } finally {
    for (const client of clients) await client.$disconnect()
  }
}

/** Operations inside an open transaction. */
class TransactionExecutor<T extends Transaction<T>> implements Executor {
  readonly hasJsonb: boolean
  readonly #engine: object
  readonly #transaction: T
  readonly #access: TransactionAccess<T>
  /** Those that end with the transaction. */
  readonly #clients: PrismaClient[]
  readonly #namespace: string | undefined
  #prisma: PrismaClient | undefined

  constructor(
    engine: object,
    transaction: T,
    access: TransactionAccess<T>,
    clients: PrismaClient[],
    namespace: string | undefined,
  ) {
    this.hasJsonb = access.hasJsonb
    this.#engine = engine
    this.#transaction = transaction
    this.#access = access
    this.#clients = clients
    this.#namespace = namespace
  }

  get prisma(): PrismaClient {
    if (this.#prisma === undefined) {
      this.#prisma = this.#access.createPrismaClient(this.#transaction, this.#namespace)
      this.#clients.push(this.#prisma)
    }
    return this.#prisma
  }

  async read<R>(operation: () => Operation<R>): Promise<R> {
    return this.write(operation)
  }

  async readEventually<R>(operation: () => Operation<R>): Promise<Answer<R>> {
    return { result: await this.write(operation), server: PRIMARY }
  }

  async write<R>(operation: () => Operation<R>): Promise<R> {
    try {
      return await this.#access.run(this.#transaction, operation, this.#namespace)
    } catch (error) {
      throw this.#access.translate(error)
    }
  }

  async transact<R>(work: (transaction: Executor) => Promise<R>): Promise<R> {
    try {
      return await transactIn(this.#engine, await this.#transaction.begin(), this.#access, work, this.#namespace)
    } catch (error) {
      throw this.#access.translate(error)
    }
  }

  within(namespace: string): Executor {
    if (this.#access.none === undefined) return this
    return new TransactionExecutor(this.#engine, this.#transaction, this.#access, this.#clients, namespace)
  }
}
