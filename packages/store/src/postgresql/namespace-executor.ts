import type { PrismaClient } from '@descartes/store/client'
import type { Answer, Executor } from '../engine.ts'
import type { Operation } from '../operation.ts'

/** What knows how to hold the server to one namespace. */
export interface Walled extends Executor {
  read<T>(operation: () => Operation<T>, namespace?: string): Promise<T>
  readEventually<T>(operation: () => Operation<T>, server?: string, namespace?: string): Promise<Answer<T>>
  write<T>(operation: () => Operation<T>, namespace?: string): Promise<T>
  /** Makes a generated client, every statement of which is held to the namespace by the server. */
  prismaWithin(namespace: string | undefined): PrismaClient
}

/** An engine behind the wall of one namespace. */
export class NamespaceExecutor implements Executor {
  readonly hasJsonb = true
  readonly #executor: Walled
  readonly #namespace: string
  #prisma: PrismaClient | undefined

  constructor(executor: Walled, namespace: string) {
    this.#executor = executor
    this.#namespace = namespace
  }

  get prisma(): PrismaClient {
    this.#prisma ??= this.#executor.prismaWithin(this.#namespace)
    return this.#prisma
  }

  read<T>(operation: () => Operation<T>): Promise<T> {
    return this.#executor.read(operation, this.#namespace)
  }

  readEventually<T>(operation: () => Operation<T>, server?: string): Promise<Answer<T>> {
    return this.#executor.readEventually(operation, server, this.#namespace)
  }

  write<T>(operation: () => Operation<T>): Promise<T> {
    return this.#executor.write(operation, this.#namespace)
  }

  transact<T>(work: (transaction: Executor) => Promise<T>): Promise<T> {
    return this.#executor.transact((transaction) => work(transaction.within(this.#namespace)))
  }

  within(namespace: string): Executor {
    return this.#executor.within(namespace)
  }
}
