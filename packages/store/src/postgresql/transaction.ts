import type { PoolClient } from 'pg'
import { OutsideTransactionError, TransactionEndedError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import { NESTED } from '../transaction-scope.ts'
import { isDuplicate } from './driver-errors.ts'
import { commit, rollback } from './pool.ts'
import { isPassing } from './retry.ts'
import { runOperation } from './run-operation.ts'

/** A transaction on a connection of its own until it ends, or a savepoint within one. Its calls run one after the other. */
export class PostgresqlTransaction {
  readonly client: PoolClient
  readonly #outer: PostgresqlTransaction | undefined
  readonly #depth: number
  #state: 'open' | 'nested' | 'ended' = 'open'
  #last: Promise<unknown> = Promise.resolve()
  /** The first error of its statements, or of its COMMIT, that may not come again. */
  #passing: unknown

  constructor(client: PoolClient, outer?: PostgresqlTransaction) {
    this.client = client
    this.#outer = outer
    this.#depth = outer === undefined ? 0 : outer.#depth + 1
  }

  /** A savepoint ends with the transaction around it. */
  get isOpen(): boolean {
    return this.#state !== 'ended' && (this.#outer?.isOpen ?? true)
  }

  /**
   * True if the whole may go well when it is run again, given the error that ended it. Whoever runs in it may have made
   * an error of their own of ours; and theirs, whatever it looks like, is no reason to run it again.
   */
  mayRunAgain(error: unknown): boolean {
    return this.#passing !== undefined && (!isDuplicate(this.#passing) || isDuplicate(error))
  }

  /** Runs an operation; if it fails, all that it wrote is undone. */
  run<T>(operation: () => Operation<T>, namespace: string | undefined): Promise<T> {
    return this.runJob(() => runOperation(this.client, operation(), { isWriting: true, namespace }))
  }

  /** The same for any work on the connection. */
  runJob<T>(job: () => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      this.#requireUsable()
      const name = await this.#noting(() => this.#savepoint())
      try {
        return await this.#noting(async () => {
          const result = await job()
          await this.client.query(`RELEASE ${name}`)
          return result
        })
      } catch (error) {
        await this.#undo(name)
        throw error
      }
    })
  }

  /** Opens a savepoint. Until it ends, this transaction itself takes no calls. */
  begin(): Promise<PostgresqlTransaction> {
    return this.#inTurn(async () => {
      this.#requireUsable()
      await this.#noting(() => this.#savepoint())
      this.#state = 'nested'
      return new PostgresqlTransaction(this.client, this)
    })
  }

  async commit(): Promise<void> {
    const outer = this.#outer
    await this.#end(() => (outer === undefined ? commit(this.client) : this.client.query(`RELEASE ${outer.#name}`)))
  }

  /** Undoes everything. Does nothing when the transaction has already ended. Never fails: a connection may be closed for it. */
  async rollback(): Promise<void> {
    if (!this.isOpen) return
    const outer = this.#outer
    await this.#end(() => (outer === undefined ? rollback(this.client, this.#passing) : this.#undo(outer.#name)), true)
  }

  get #name(): string {
    return `depth_${this.#depth}`
  }

  async #end(statement: () => Promise<unknown>, isUndone = false): Promise<void> {
    await this.#inTurn(async () => {
      if (!isUndone) this.#requireUsable()
      this.#state = 'ended'
      try {
        await this.#noting(statement)
      } finally {
        if (this.#outer !== undefined) this.#outer.#state = 'open'
      }
    })
  }

  async #savepoint(): Promise<string> {
    await this.client.query(`SAVEPOINT ${this.#name}`)
    return this.#name
  }

  async #noting<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      this.#note(error)
      throw error
    }
  }

  #note(error: unknown): void {
    if (this.#outer !== undefined) this.#outer.#note(error)
    else if (isPassing(error)) this.#passing ??= error
  }

  // What undoing meets is told by the error that made it necessary.
  async #undo(name: string): Promise<void> {
    await this.client.query(`ROLLBACK TO ${name}; RELEASE ${name}`).catch(() => {})
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => {})
    return result
  }

  #requireUsable(): void {
    if (!this.isOpen) throw new TransactionEndedError()
    if (this.#state === 'nested') throw new OutsideTransactionError(NESTED)
  }
}
