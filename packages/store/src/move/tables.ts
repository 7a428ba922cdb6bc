import { MoveRefusedError } from '../errors.ts'
import type { SqlValue } from '../operation.ts'

/** What a column holds, on every engine. */
export type ColumnKind = 'text' | 'integer' | 'timestamp' | 'json' | 'bytes'

export interface Column {
  readonly name: string
  readonly kind: ColumnKind
}

/** A table to be moved, as a database's own catalog describes it. */
export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  /** The primary key's columns; rows are compared in its order. */
  readonly key: readonly string[]
  /** The order in which rows are copied: an index's, and as near to that of their making as can be had. */
  readonly copyOrder: readonly string[]
}

/** The values of a row, in the order of its table's columns. */
export type Row = readonly SqlValue[]

/** Where a row stands in an order: the values of its columns. */
export type Position = readonly SqlValue[]

/** A row of a catalog: a column, and its place in the primary key, from 1; 0 when it is not part of it. */
export interface CatalogColumn extends Column {
  readonly table: string
  readonly keyPlace: number
}

/**
 * The tables among a catalog's columns that are moved: those whose primary key starts with the namespace, as that of
 * every table of rows that users have made.
 */
export function tablesOf(columns: readonly CatalogColumn[], numberOrder: readonly string[]): Table[] {
  const names = [...new Set(columns.map(({ table }) => table))].sort()
  return names.flatMap((name) => {
    // In an order that no engine and no migration has a say in: digests follow it.
    const own = columns.filter(({ table }) => table === name).sort((a, b) => (a.name < b.name ? -1 : 1))
    const key = own
      .filter(({ keyPlace }) => keyPlace > 0)
      .sort((a, b) => a.keyPlace - b.keyPlace)
      .map((column) => column.name)
    if (key[0] !== 'namespace') return []
    // Rows are added to a full-text index by their numbers, which is fast as long as they grow.
    const copyOrder = isSearched(name)
      ? [...numberOrder, ...key.filter((column) => !numberOrder.includes(column))]
      : key
    return [{ name, columns: own.map((column) => ({ name: column.name, kind: column.kind })), key, copyOrder }]
  })
}

/** Whether a table's rows are found by their words. */
export function isSearched(table: string): boolean {
  return table === 'events' || table === 'items'
}

/** Refuses databases whose tables differ: this package would have made them the same. */
export function requireSameTables(source: readonly Table[], target: readonly Table[]): void {
  const [from, to] = [source, target].map(
    (tables) =>
      new Set(
        tables.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name} (${column.kind})`)),
      ),
  ) as [Set<string>, Set<string>]
  const differing = [...from].filter((column) => !to.has(column)).concat([...to].filter((column) => !from.has(column)))
  if (differing.length > 0)
    throw new MoveRefusedError(
      `the tables of the two databases differ (${differing.slice(0, 3).join(', ')}); bring both to the schema of this version`,
    )
}

/** The values of some columns of a row. */
export function valuesOf(table: Table, row: Row, columns: readonly string[]): Position {
  return columns.map((name) => row[table.columns.findIndex((column) => column.name === name)] as SqlValue)
}

/** `(a, b) > (?, ?)`: what comes after a position. */
export function after(
  order: readonly string[],
  position: Position | undefined,
  placeholder: (i: number) => string,
): string {
  if (position === undefined) return ''
  return `WHERE (${order.map(quoted).join(', ')}) > (${order.map((_, i) => placeholder(i)).join(', ')})`
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A key with the names of its columns. */
export function named(table: Table, key: Position): Record<string, string | number> {
  return Object.fromEntries(table.key.map((name, i) => [name, key[i] as string | number]))
}
