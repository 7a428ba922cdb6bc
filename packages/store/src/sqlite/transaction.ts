import { OutsideTransactionError, TransactionEndedError } from '../errors.ts'
import { NESTED } from '../transaction-scope.ts'
import type { Connection } from './connection.ts'
import { translate } from './driver-errors.ts'
import type { Job } from './writer.ts'

/** How a transaction ends: what commits it, and who must know. */
interface Ending {
  commit(): void
  ended(committed: boolean): void
}

/** A transaction that holds the writer's connection until it ends, or a savepoint within one. */
export class SqliteTransaction {
  readonly #connection: Connection
  readonly #ending: Ending
  readonly #outer: SqliteTransaction | undefined
  readonly #depth: number
  #state: 'open' | 'nested' | 'ended' = 'open'
  #failure: unknown

  constructor(connection: Connection, ending: Ending, outer?: SqliteTransaction) {
    this.#connection = connection
    this.#ending = ending
    this.#outer = outer
    this.#depth = outer === undefined ? 0 : outer.#depth + 1
  }

  /** A savepoint ends with the transaction around it; by then the connection may be another transaction's. */
  get isOpen(): boolean {
    return this.#state !== 'ended' && (this.#outer?.isOpen ?? true)
  }

  /** Runs a job here and now; if it fails, all that it wrote is undone. */
  run<T>(job: Job<T>): T {
    this.#requireUsable()
    const name = this.#savepoint()
    try {
      const result = job(this.#connection)
      this.#connection.release(name)
      return result
    } catch (error) {
      this.#undo(name, error)
      throw error
    }
  }

  /** Opens a savepoint. Until it ends, this transaction itself takes no calls. */
  begin(): SqliteTransaction {
    this.#requireUsable()
    const name = this.#savepoint()
    this.#state = 'nested'
    const release = () => this.#connection.release(name)
    const ended = (committed: boolean) => {
      this.#state = 'open'
      if (!committed) this.#undo(name, undefined)
    }
    return new SqliteTransaction(this.#connection, { commit: release, ended }, this)
  }

  commit(): void {
    this.#requireUsable()
    this.#state = 'ended'
    let committed = false
    try {
      this.#ending.commit()
      committed = true
    } finally {
      this.#ending.ended(committed)
    }
  }

  /** Undoes everything. Does nothing when the transaction has already ended. */
  rollback(): void {
    if (!this.isOpen) return
    this.#state = 'ended'
    try {
      if (this.#depth === 0) this.#connection.rollback()
    } finally {
      this.#ending.ended(false)
    }
  }

  #savepoint(): string {
    const name = `depth_${this.#depth}`
    this.#connection.savepoint(name)
    return name
  }

  // SQLite rolls the whole transaction back by itself after some errors (a full disk, for one); nothing may follow then.
  #undo(name: string, cause: unknown): void {
    if (this.#connection.inTransaction) this.#connection.rollbackTo(name)
    else this.#loseAll(cause)
  }

  #loseAll(cause: unknown): void {
    this.#failure ??= cause
    if (this.#outer !== undefined) this.#outer.#loseAll(cause)
  }

  #requireUsable(): void {
    if (!this.isOpen) throw new TransactionEndedError()
    if (this.#state === 'nested') throw new OutsideTransactionError(NESTED)
    if (!this.#connection.inTransaction) throw translate(this.#failure ?? new TransactionEndedError())
  }
}
