import {
  type ConnectionInfo,
  DriverAdapterError,
  type IsolationLevel,
  type SqlDriverAdapter,
  type SqlDriverAdapterFactory,
  type Transaction,
} from '@prisma/driver-adapter-utils'
import { accessTo, type SqliteAccess } from '../sqlite/access.ts'
import type { SqliteTransaction } from '../sqlite/transaction.ts'
import { toDriverAdapterError } from './driver-adapter-error.ts'
import { ADAPTER, EngineQueryable } from './queryable.ts'

/**
 * Lets a generated Prisma client run on a SQLite engine, so that its writes join the engine's queue: nothing can slip
 * into a transaction that somebody else has open.
 */
export function driverAdapterFactory(access: SqliteAccess): SqlDriverAdapterFactory {
  return { ...ADAPTER, connect: async () => new EngineAdapter(access) }
}

class EngineAdapter extends EngineQueryable implements SqlDriverAdapter {
  async executeScript(script: string): Promise<void> {
    await this.access.performWrite((connection) => connection.runScript(script))
  }

  async startTransaction(isolationLevel?: IsolationLevel): Promise<Transaction> {
    if (isolationLevel !== undefined && isolationLevel !== 'SERIALIZABLE')
      throw new DriverAdapterError({ kind: 'InvalidIsolationLevel', level: isolationLevel })
    try {
      return new EngineTransaction(await this.access.begin())
    } catch (error) {
      throw toDriverAdapterError(error)
    }
  }

  getConnectionInfo(): ConnectionInfo {
    return { maxBindValues: 32766, supportsRelationJoins: false }
  }

  // The engine outlives its clients; whoever opened it closes it.
  async dispose(): Promise<void> {}
}

interface Savepoint {
  readonly name: string
  readonly transaction: SqliteTransaction
}

class EngineTransaction extends EngineQueryable implements Transaction {
  /** The engine commits and rolls back itself; Prisma must not send COMMIT as a statement. */
  readonly options = { usePhantomQuery: true }
  readonly #root: SqliteTransaction
  readonly #savepoints: Savepoint[] = []

  constructor(root: SqliteTransaction) {
    super(accessTo(root))
    this.#root = root
  }

  async commit(): Promise<void> {
    try {
      this.#root.commit()
    } catch (error) {
      this.#root.rollback()
      throw toDriverAdapterError(error)
    }
  }

  async rollback(): Promise<void> {
    for (const { transaction } of this.#savepoints.splice(0).reverse()) transaction.rollback()
    this.#root.rollback()
  }

  async createSavepoint(name: string): Promise<void> {
    const transaction = (this.#savepoints.at(-1)?.transaction ?? this.#root).begin()
    this.#savepoints.push({ name, transaction })
    this.access = accessTo(transaction)
  }

  async rollbackToSavepoint(name: string): Promise<void> {
    this.#end(name, (transaction) => transaction.rollback())
  }

  async releaseSavepoint(name: string): Promise<void> {
    this.#end(name, (transaction) => transaction.commit())
  }

  // Prisma may release a savepoint that it has rolled back to; it is gone by then.
  #end(name: string, end: (transaction: SqliteTransaction) => void): void {
    const index = this.#savepoints.findIndex((savepoint) => savepoint.name === name)
    if (index === -1) return
    for (const { transaction } of this.#savepoints.splice(index).reverse()) end(transaction)
    this.access = accessTo(this.#savepoints.at(-1)?.transaction ?? this.#root)
  }
}
