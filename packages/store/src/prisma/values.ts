import { type ArgType, type ColumnType, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import type { SqlValue } from '../operation.ts'
import { toTimestamp } from '../timestamp.ts'

const COLUMN_TYPES: Readonly<Record<string, ColumnType>> = {
  TEXT: ColumnTypeEnum.Text,
  INTEGER: ColumnTypeEnum.Int32,
  BIGINT: ColumnTypeEnum.Int64,
  REAL: ColumnTypeEnum.Double,
  DATETIME: ColumnTypeEnum.DateTime,
  BOOLEAN: ColumnTypeEnum.Boolean,
  BLOB: ColumnTypeEnum.Bytes,
  JSONB: ColumnTypeEnum.Json,
}

/** The column types that Prisma needs, from the declared ones; computed columns are judged by their first value. */
export function columnTypes(declared: readonly (string | null)[], rows: readonly unknown[][]): ColumnType[] {
  return declared.map(
    (type, i) => COLUMN_TYPES[type?.toUpperCase() ?? ''] ?? typeOfValue(rows.find((row) => row[i] !== null)?.[i]),
  )
}

function typeOfValue(value: unknown): ColumnType {
  if (typeof value === 'bigint') return ColumnTypeEnum.Int64
  if (typeof value === 'number') return ColumnTypeEnum.Double
  if (value instanceof Uint8Array) return ColumnTypeEnum.Bytes
  return value === undefined ? ColumnTypeEnum.Int32 : ColumnTypeEnum.Text
}

/** A value as Prisma takes it; integers arrive as bigint, so that none is rounded. */
export function fromColumn(value: unknown, type: ColumnType): unknown {
  // A column of JSON has numeric affinity in SQLite: JSON that is a bare number is stored as that number.
  if (type === ColumnTypeEnum.Json && typeof value !== 'string' && value !== null) return String(value)
  if (typeof value !== 'bigint') return value
  const number = Number(value)
  if (type === ColumnTypeEnum.DateTime) return new Date(number).toISOString()
  return Number.isSafeInteger(number) ? number : value.toString()
}

/** An argument of Prisma's as SQLite takes it. */
export function toParameter(arg: unknown, type: ArgType | undefined): SqlValue {
  if (arg instanceof Date) return toTimestamp(arg)
  if (typeof arg === 'boolean') return arg ? 1 : 0
  if (typeof arg !== 'string') return arg as SqlValue
  switch (type?.scalarType) {
    case 'int':
    case 'float':
    case 'decimal':
      return Number(arg)
    case 'bigint':
      return BigInt(arg)
    case 'datetime':
      return toTimestamp(new Date(arg))
    case 'bytes':
      return Buffer.from(arg, 'base64')
    default:
      return arg
  }
}
