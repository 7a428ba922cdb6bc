import { createHash } from 'node:crypto'
import { MoveMismatchError } from '../errors.ts'
import type { SqlValue } from '../operation.ts'
import { canonical, digestOf } from './row-digest.ts'
import { pagesOf, type Source } from './side.ts'
import { named, type Position, type Row, type Table, valuesOf } from './tables.ts'

/** What a table holds: the rows, and SHA-256 over the SHA-256 of each, in the order of their keys. */
export interface TableDigest {
  table: string
  rows: number
  sha256: string
}

/** Compares a table on both sides, row by row in the order of the key. Throws at the first difference. */
export async function verifyTable(
  table: Table,
  source: Source,
  target: Source,
  batchRows: number,
  onRows: (rows: number) => void,
): Promise<TableDigest> {
  const digest = createHash('sha256')
  let rows = 0
  const theirs = new Lane(pagesOf(target, table, table.key, undefined, batchRows))
  for await (const page of pagesOf(source, table, table.key, undefined, batchRows)) {
    for (const row of page) {
      const other = (await theirs.next()) as Row | undefined
      const [expected, found] = [digestOf(table, row), other && digestOf(table, other)]
      if (expected !== found) throw mismatch(table, row, other)
      digest.update(expected)
    }
    rows += page.length
    onRows(page.length)
  }
  const extra = await theirs.next()
  if (extra !== undefined) throw mismatch(table, undefined, extra)
  const [here, there] = [await source.count(table), await target.count(table)]
  if (here !== rows || there !== rows)
    throw new MoveMismatchError(
      table.name,
      {},
      `of ${here} rows in the source and ${there} in the target, ${rows} were read`,
    )
  return { table: table.name, rows, sha256: digest.digest('hex') }
}

/** Gives rows one by one, and reads pages as they are needed. */
class Lane {
  readonly #pages: AsyncGenerator<Row[]>
  #page: Row[] = []
  #next = 0

  constructor(pages: AsyncGenerator<Row[]>) {
    this.#pages = pages
  }

  next(): Row | undefined | Promise<Row | undefined> {
    return this.#next < this.#page.length ? this.#page[this.#next++] : this.#nextOfPage()
  }

  async #nextOfPage(): Promise<Row | undefined> {
    const { value } = await this.#pages.next()
    this.#page = value ?? []
    this.#next = 1
    return this.#page[0]
  }
}

function mismatch(table: Table, row: Row | undefined, other: Row | undefined): MoveMismatchError {
  const key = row && valuesOf(table, row, table.key)
  const otherKey = other && valuesOf(table, other, table.key)
  if (key !== undefined && (otherKey === undefined || compare(key, otherKey) < 0))
    return new MoveMismatchError(table.name, named(table, key), 'the target does not hold it')
  if (key === undefined || compare(key, otherKey as Position) > 0)
    return new MoveMismatchError(table.name, named(table, otherKey as Position), 'the source does not hold it')
  const differing = table.columns.filter(
    ({ kind }, i) =>
      JSON.stringify(canonical(kind, row?.[i] as SqlValue)) !== JSON.stringify(canonical(kind, other?.[i] as SqlValue)),
  )
  return new MoveMismatchError(
    table.name,
    named(table, key),
    `the two differ in ${differing.map(({ name }) => name).join(', ')}`,
  )
}

/** As both engines order keys: texts by their bytes, numbers by their size. */
function compare(a: Position, b: Position): number {
  for (const [i, value] of a.entries()) {
    const other = b[i] as SqlValue
    const order =
      typeof value === 'number'
        ? value - Number(other)
        : Buffer.compare(Buffer.from(String(value)), Buffer.from(String(other)))
    if (order !== 0) return order
  }
  return 0
}
