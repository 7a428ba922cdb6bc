import { type Position, type Row, type Table, valuesOf } from './tables.ts'

/** A page ends at this many bytes, so that large rows are moved one by one. */
export const PAGE_BYTES = 8 * 2 ** 20

/** A database that is read. */
export interface Source {
  /** Tells this database from others, tomorrow as well. */
  readonly identity: string
  /** The same for two sides on one database, whatever their urls. */
  readonly place: string
  /** The tables to be moved. */
  tables(): Promise<Table[]>
  count(table: Table): Promise<number>
  /** At most so many rows after a position, and not much more than `PAGE_BYTES` of them; none at the end. */
  page(table: Table, order: readonly string[], position: Position | undefined, most: number): Promise<Row[]>
  /** Runs reads that all see the database as it is at the first of them. */
  onSnapshot<T>(work: () => Promise<T>): Promise<T>
  /** Another text whenever somebody has written in between. */
  stamp(): Promise<string>
  /** Not less than the number of any event that there is or was. */
  lastEventNumber(): Promise<number>
  close(): Promise<void>
}

/** A database that is written. Its mark tells how far a move into it is; while there is one, no store opens it. */
export interface Target extends Source {
  readMark(): Promise<string | undefined>
  /** Puts the first mark. Refuses a database with rows in it, or empties it. */
  begin(tables: readonly Table[], mark: string, options: { empty: boolean }): Promise<void>
  /** Adds rows and moves the mark on, both or neither. */
  add(table: Table, rows: readonly Row[], mark: string, next: string): Promise<void>
  /** Numbers events after this number from now on, and takes the mark away. */
  finish(mark: string, lastEventNumber: number): Promise<void>
}

/** The rows of a table, page by page. Pages are small at first: of large rows a few are enough. */
export async function* pagesOf(
  source: Source,
  table: Table,
  order: readonly string[],
  start: Position | undefined,
  most: number,
): AsyncGenerator<Row[]> {
  let position = start
  for (let rows = Math.min(64, most); ; ) {
    const page = await source.page(table, order, position, rows)
    const last = page.at(-1)
    if (last === undefined) return
    yield page
    position = valuesOf(table, last, order)
    rows = Math.max(1, Math.min(most, 2 * page.length))
  }
}
