import fs from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { CannotOpenError, MoveRefusedError, RowRefusedError } from '../errors.ts'
import { SQLITE_MIGRATIONS } from '../migrations/embedded.ts'
import { findPending } from '../migrations/migrate.ts'
import { MOVE } from '../migrations/pending.ts'
import type { SqlValue } from '../operation.ts'
import { whileBusy } from '../sqlite/busy.ts'
import { type Connection, openConnection } from '../sqlite/connection.ts'
import { hasCode, translate } from '../sqlite/driver-errors.ts'
import { parseLocation } from '../sqlite/location.ts'
import { openSqlite } from '../sqlite/open.ts'
import { timestampNow } from '../timestamp.ts'
import { NotEmpty, otherMove, READ_MARK, REMOVE_MARK } from './mark.ts'
import { PAGE_BYTES, type Target } from './side.ts'
import {
  after,
  type CatalogColumn,
  type ColumnKind,
  isSearched,
  named,
  type Position,
  quoted,
  type Row,
  type Table,
  tablesOf,
  valuesOf,
} from './tables.ts'

const BUSY_MS = 10_000

const KINDS: Readonly<Record<string, ColumnKind>> = {
  TEXT: 'text',
  INTEGER: 'integer',
  BIGINT: 'integer',
  DATETIME: 'timestamp',
  JSONB: 'json',
  BLOB: 'bytes',
}

const CATALOG = `SELECT m.name AS "table", c.name, c.type AS kind, c.pk AS keyPlace
  FROM sqlite_master m, pragma_table_info(m.name) c
  WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY m.name, c.cid`

const TRIGGERS = `SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? ORDER BY rowid`

/** The triggers of a full-text index do for a copied row what they do for every other. */
const isOfIndex = (trigger: string) => /^(?:events|items)_fts_/.test(trigger)

const PUT_MARK = `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, logs, started_at, applied_steps_count)
  VALUES ('${MOVE}', '', NULL, '${MOVE}', ?, ?, 0)`
const MOVE_MARK = `UPDATE _prisma_migrations SET logs = ? WHERE migration_name = '${MOVE}' AND logs = ?`
const TAKE_MARK = `${REMOVE_MARK} AND logs = ?`
const LAST_NUMBER = `SELECT max(coalesce((SELECT max(seq) FROM events), 0), (SELECT max(seq) FROM events_deleted_seq))`

/** Opens a file to read from it. Nothing in it is changed, nor its log emptied. */
export async function openSqliteSource(url: string): Promise<SqliteSide> {
  requireFile(url)
  const side = await openSide(url, true)
  try {
    const pending = await whileBusy(BUSY_MS, () => findPending(side.connection, SQLITE_MIGRATIONS, url))
    if (pending.length > 0) throw older(url)
    return side
  } catch (error) {
    await side.close()
    throw translate(error)
  }
}

/** Opens a file to write to it; it is created when it is not there. */
export async function openSqliteTarget(url: string): Promise<SqliteSide> {
  const location = parseFile(url)
  if (fs.existsSync(location.path)) {
    const side = await openSide(url, false)
    if (side.hasMark()) return side
    await side.close()
  }
  const engine = await openSqlite(location, {
    durability: 'full',
    maxConnections: 1,
    acquireTimeoutMs: BUSY_MS,
    busyTimeoutMs: BUSY_MS,
  })
  await engine.close()
  return openSide(url, false)
}

async function openSide(url: string, readonly: boolean): Promise<SqliteSide> {
  const location = parseFile(url)
  try {
    return new SqliteSide(
      await whileBusy(BUSY_MS, () => openConnection(location, { durability: 'full', readonly })),
      location.path,
    )
  } catch (error) {
    if (hasCode(error, 'SQLITE_NOTADB'))
      throw new CannotOpenError(url, 'the file is no SQLite database', { cause: error })
    throw translate(error)
  }
}

// What else may be wrong with it, opening it tells.
function requireFile(url: string): void {
  const { path } = parseFile(url)
  try {
    fs.accessSync(path)
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? ''))
      throw new CannotOpenError(url, 'the file does not exist', { cause })
  }
}

function parseFile(url: string) {
  const location = parseLocation(url)
  if (location.inMemory)
    throw new MoveRefusedError('a database in memory belongs to the store that made it; name a file')
  return location
}

function older(url: string): MoveRefusedError {
  return new MoveRefusedError(
    `${JSON.stringify(url)} was last opened by an older version; open it once with this one, then move it`,
  )
}

/** A file that a move reads from or writes to. */
export class SqliteSide implements Target {
  readonly connection: Connection
  readonly identity: string
  readonly place: string

  constructor(connection: Connection, path: string) {
    this.connection = connection
    this.identity = `sqlite ${fs.realpathSync.native(path)}`
    const { dev, ino } = fs.statSync(path)
    this.place = `sqlite ${dev} ${ino}`
  }

  get #database() {
    return this.connection.database
  }

  async tables(): Promise<Table[]> {
    const columns = this.#database.prepare<[], CatalogColumn & { kind: string }>(CATALOG).all()
    return tablesOf(
      columns.map((column) => ({ ...column, kind: KINDS[column.kind] ?? 'text' })),
      ['seq'],
    )
  }

  async count(table: Table): Promise<number> {
    return this.#database
      .prepare(`SELECT count(*) FROM ${quoted(table.name)}`)
      .pluck()
      .get() as number
  }

  async page(table: Table, order: readonly string[], position: Position | undefined, most: number): Promise<Row[]> {
    // Others get their turn between two pages.
    await turn()
    const by = order.map(quoted).join(', ')
    const columns = table.columns.map(({ name }) => quoted(name)).join(', ')
    const sql = `SELECT ${columns} FROM ${quoted(table.name)} ${after(order, position, () => '?')} ORDER BY ${by} LIMIT ?`
    const rows: Row[] = []
    let bytes = 0
    try {
      for (const row of this.connection
        .prepareText(sql)
        .raw()
        .iterate(...(position ?? []), most)) {
        rows.push(row as Row)
        bytes += sizeOf(row as Row)
        if (bytes >= PAGE_BYTES) break
      }
    } catch (error) {
      throw translate(error)
    }
    return rows
  }

  async onSnapshot<T>(work: () => Promise<T>): Promise<T> {
    this.#database.exec('BEGIN')
    try {
      return await work()
    } finally {
      this.#database.exec('COMMIT')
    }
  }

  async stamp(): Promise<string> {
    return String(this.#database.pragma('data_version', { simple: true }))
  }

  async lastEventNumber(): Promise<number> {
    return this.#database.prepare(LAST_NUMBER).pluck().get() as number
  }

  hasMark(): boolean {
    const history = this.#database.prepare(`SELECT 1 FROM sqlite_master WHERE name = '_prisma_migrations'`).get()
    return history !== undefined && this.#mark() !== undefined
  }

  async readMark(): Promise<string | undefined> {
    return this.#mark()
  }

  async begin(tables: readonly Table[], mark: string, { empty }: { empty: boolean }): Promise<void> {
    await this.#transact(() => {
      for (const table of tables) {
        const isEmpty = this.#database.prepare(`SELECT 1 FROM ${quoted(table.name)} LIMIT 1`).get() === undefined
        if (!isEmpty && !empty) throw new NotEmpty(table.name)
        if (!isEmpty) this.#empty(table)
      }
      this.#database.prepare(REMOVE_MARK).run()
      this.#database.prepare(PUT_MARK).run(mark, timestampNow())
    })
  }

  async add(table: Table, rows: readonly Row[], mark: string, next: string): Promise<void> {
    await this.#transact(() => {
      this.#moveMark(mark, next)
      this.#withoutTriggers(table, isOfIndex, () => this.#insert(table, rows))
    })
  }

  async finish(mark: string, lastEventNumber: number): Promise<void> {
    await this.#transact(() => {
      this.#database.prepare('UPDATE events_deleted_seq SET seq = ?').run(lastEventNumber)
      if (this.#database.prepare(TAKE_MARK).run(mark).changes !== 1) throw otherMove()
    })
  }

  async close(): Promise<void> {
    this.connection.close()
  }

  #mark(): string | undefined {
    return this.#database.prepare<[], string>(READ_MARK).pluck().get()
  }

  #moveMark(mark: string, next: string): void {
    if (this.#database.prepare(MOVE_MARK).run(next, mark).changes !== 1) throw otherMove()
  }

  // Without any trigger, a table is emptied at once, and not row by row.
  #empty(table: Table): void {
    this.#withoutTriggers(
      table,
      () => false,
      () => {
        this.#database.exec(`DELETE FROM ${quoted(table.name)}`)
        if (isSearched(table.name)) {
          const index = `${table.name}_fts`
          this.#database.exec(`INSERT INTO ${index} (${index}) VALUES ('delete-all')`)
        }
      },
    )
  }

  /** Triggers number rows, and forget what they do not know to be recorded; copied rows are as they are. */
  #withoutTriggers(table: Table, isKept: (trigger: string) => boolean, work: () => void): void {
    const triggers = this.#database.prepare<[string], { name: string; sql: string }>(TRIGGERS).all(table.name)
    const dropped = triggers.filter(({ name }) => !isKept(name))
    for (const { name } of dropped) this.#database.exec(`DROP TRIGGER ${quoted(name)}`)
    work()
    for (const { sql } of dropped) this.#database.exec(sql)
  }

  #insert(table: Table, rows: readonly Row[]): void {
    const columns = table.columns.map(({ name }) => quoted(name)).join(', ')
    const insert = this.#database.prepare(
      `INSERT INTO ${quoted(table.name)} (${columns}) VALUES (${table.columns.map(() => '?').join(', ')})`,
    )
    for (const row of rows) {
      try {
        insert.run(row)
      } catch (cause) {
        if (!hasCode(cause, 'SQLITE_CONSTRAINT') && !hasCode(cause, 'SQLITE_TOOBIG')) throw cause
        throw new RowRefusedError(table.name, named(table, valuesOf(table, row, table.key)), (cause as Error).message, {
          cause,
        })
      }
    }
  }

  async #transact(work: () => void): Promise<void> {
    try {
      await whileBusy(BUSY_MS, () => this.connection.begin())
      try {
        work()
        this.connection.commit()
      } catch (error) {
        this.connection.rollback()
        throw error
      }
    } catch (error) {
      throw translate(error)
    }
  }
}

function sizeOf(row: Row): number {
  let size = 0
  for (const value of row as readonly SqlValue[])
    size += typeof value === 'string' || value instanceof Uint8Array ? value.length : 8
  return size
}
