import { hash } from 'node:crypto'
import type { SqlValue } from '../operation.ts'
import type { ColumnKind, Row, Table } from './tables.ts'

/** SHA-256 of a row in a form that is the same on every engine, as base64. */
export function digestOf(table: Table, row: Row): string {
  const values = table.columns.map(({ kind }, i) => canonical(kind, row[i] as SqlValue))
  return hash('sha256', JSON.stringify(values), 'base64')
}

/** A value in a form that is the same on every engine. */
export function canonical(kind: ColumnKind, value: SqlValue): unknown {
  if (value === null) return null
  if (value instanceof Uint8Array) return { bytes: value.length, sha256: hash('sha256', value, 'base64') }
  // PostgreSQL keeps a value, not its text; SQLite keeps a bare number as one.
  if (kind === 'json') return canonicalJson(String(value))
  return typeof value === 'bigint' ? Number(value) : value
}

function canonicalJson(text: string): unknown {
  try {
    return { json: sorted(JSON.parse(text)) }
  } catch {
    // Somebody else's, then, and no JSON.
    return { text }
  }
}

/** The same value with the keys of its objects in one order. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  // As pairs: an object would put keys that look like numbers first, and take __proto__ for something else.
  return {
    object: Object.entries(value)
      .sort(byKey)
      .map(([key, inner]) => [key, sorted(inner)]),
  }
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0
}
