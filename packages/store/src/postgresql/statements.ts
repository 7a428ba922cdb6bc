import { createHash } from 'node:crypto'
import type { SqlValue, Statement } from '../operation.ts'

/** A statement as the server prepares it, under a name, once for each connection. */
export interface NamedStatement {
  readonly name: string
  readonly text: string
  /** It may change rows; locks are no change. */
  readonly writes: boolean
}

const plain = new WeakMap<Statement<unknown>, NamedStatement>()
const locking = new WeakMap<Statement<unknown>, NamedStatement>()

/** The statement with `$1`, `$2`, ... for `?`. In a write, what it reads stays locked until the end of the transaction. */
export function nameOf(statement: Statement<unknown>, isWriting: boolean): NamedStatement {
  const { sql, postgresql = sql, locks } = statement
  const locked = isWriting && locks !== undefined
  const names = locked ? locking : plain
  let found = names.get(statement)
  if (found === undefined) {
    const text = withNumbers(locked ? `${postgresql} ${locks}` : postgresql)
    found = named(text)
    names.set(statement, found)
  }
  return found
}

/** The same for a text that is as PostgreSQL takes it. */
export function named(text: string): NamedStatement {
  const name = `descartes_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
  return { name, text, writes: !/^\s*(SELECT|WITH)/.test(text) }
}

/** Row-level security goes by it. It ends with the transaction: without one, at the Sync. */
export const SET_NAMESPACE = named(`SELECT set_config('descartes.namespace', $1, true)`)

/** Columns that may be compared with more than they can hold. */
const COMPARED = /\b((?:\w+\.)?(?:version|seq) (?:=|<=?|>=?|%)) \?/g

function withNumbers(sql: string): string {
  let count = 0
  return sql.replaceAll(COMPARED, '$1 CAST(? AS BIGINT)').replaceAll('?', () => `$${++count}`)
}

/** A value as the protocol takes it: text, bytes or null. */
export function toParameter(value: SqlValue): string | Buffer | null {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  return value instanceof Uint8Array && !Buffer.isBuffer(value) ? Buffer.from(value) : value
}
