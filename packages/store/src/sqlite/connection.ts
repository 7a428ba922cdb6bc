import fs from 'node:fs'
import Database from 'better-sqlite3'
import { CannotOpenError } from '../errors.ts'
import type { Operation, SqlValue, Statement, Step } from '../operation.ts'
import { RecentlyUsed } from '../recently-used.ts'
import { hasCode } from './driver-errors.ts'
import type { Location } from './location.ts'

/** `full` syncs the log at every commit; `normal` only at checkpoints, so a power cut may take the last commits. */
export type Durability = 'full' | 'normal'

/** SQLite 3.7.0 to 3.51.2 can corrupt a database when the write-ahead log is reset. */
const OLDEST_SQLITE = [3, 51, 3] as const

/** Memory that kept rows may take. */
const KEPT_BYTES = 8 * 2 ** 20

/** Statements of ad hoc SQL that stay prepared. */
const TEXTS_KEPT = 200

/** A statement as it is prepared on a connection, and the names of its columns; none if it returns no rows. */
interface Prepared {
  readonly handle: Database.Statement<unknown[], unknown>
  readonly columns: readonly string[]
  readonly Row: RowConstructor
  readonly spoilsKept: boolean
}

/** Makes an empty row; one for each statement. */
type RowConstructor = new () => Record<string, SqlValue>

/** One connection, and the statements prepared on it. */
export class Connection {
  readonly database: Database.Database
  /** Statements carried out so far that may have changed rows: tells whether an operation has written. */
  writes = 0
  readonly #prepared = new Map<Statement<unknown>, Prepared>()
  readonly #preparedText = new Map<string, Database.Statement<unknown[], unknown>>()
  readonly #begin: Database.Statement
  readonly #commit: Database.Statement
  /** Changes whenever another connection has written (https://sqlite.org/pragma.html#pragma_data_version). */
  readonly #dataVersion: Database.Statement<[], number>
  /** Rows that were written, and will likely be needed for the next write. */
  readonly #kept = new RecentlyUsed<unknown>(KEPT_BYTES)
  #keptVersion = 0
  /** Between BEGIN and its end nobody else can write, so that what is kept stays true. */
  #isWriting = false

  constructor(database: Database.Database) {
    this.database = database
    this.#begin = database.prepare('BEGIN IMMEDIATE')
    this.#commit = database.prepare('COMMIT')
    this.#dataVersion = database.prepare<[], number>('PRAGMA data_version').pluck()
  }

  get inTransaction(): boolean {
    return this.database.inTransaction
  }

  begin(): void {
    this.#begin.run()
    this.#isWriting = true
    const version = this.#dataVersion.get() as number
    if (version !== this.#keptVersion) this.#kept.clear()
    this.#keptVersion = version
  }

  commit(): void {
    try {
      this.#commit.run()
    } catch (error) {
      this.#kept.clear()
      throw error
    } finally {
      this.#isWriting = false
    }
  }

  /** Undoes the open transaction; SQLite may have done so already. */
  rollback(): void {
    this.#kept.clear()
    this.#isWriting = false
    if (this.inTransaction) this.database.exec('ROLLBACK')
  }

  savepoint(name: string): void {
    this.database.exec(`SAVEPOINT ${name}`)
  }

  release(name: string): void {
    this.database.exec(`RELEASE ${name}`)
  }

  /** Undoes what was written since the savepoint, and removes it. */
  rollbackTo(name: string): void {
    this.#kept.clear()
    this.database.exec(`ROLLBACK TO ${name}; RELEASE ${name}`)
  }

  /** Runs a script of many statements. Unlike one statement, it does not undo itself when it fails. */
  runScript(script: string): void {
    this.writes++
    this.#kept.clear()
    this.database.exec(script)
  }

  close(): void {
    this.database.close()
  }

  /** Runs an operation to its end, here and now. */
  run<T>(operation: Operation<T>): T {
    let state = operation.next()
    while (!state.done) state = operation.next(this.#execute(state.value))
    return state.value
  }

  /** Prepares ad hoc SQL, keeping the statements used last. */
  prepareText(sql: string): Database.Statement<unknown[], unknown> {
    const prepared = this.#preparedText.get(sql) ?? this.database.prepare<unknown[], unknown>(sql)
    if (!prepared.readonly) this.#kept.clear()
    this.#preparedText.delete(sql)
    this.#preparedText.set(sql, prepared)
    if (this.#preparedText.size > TEXTS_KEPT)
      this.#preparedText.delete(this.#preparedText.keys().next().value as string)
    return prepared
  }

  #execute(step: Step): unknown {
    const { statement, rows } = step
    const params = step.inPlace ?? step.params
    if (rows === 'keep') return this.#isWriting && this.#kept.set(keyOf(params), step.row, step.bytes as number)
    if (rows === 'kept' && this.#isWriting) {
      const row = this.#kept.get(keyOf(params))
      if (row !== undefined) return row
    }
    const { handle, columns, Row, spoilsKept } = this.#prepare(statement)
    if (spoilsKept) this.#kept.clear()
    let changed = !handle.readonly
    let result: unknown
    if (!handle.reader) handle.run(params)
    else if (rows === 'all') {
      const found = handle.all(params) as SqlValue[][]
      changed &&= found.length > 0
      result = found.map((values) => toRow(Row, columns, values))
    } else {
      const values = handle.get(params) as SqlValue[] | undefined
      // A statement with RETURNING that returns no row has changed none.
      changed &&= values !== undefined
      result = values && toRow(Row, columns, values)
    }
    if (changed) this.writes++
    return result
  }

  #prepare(statement: Statement<unknown>): Prepared {
    let prepared = this.#prepared.get(statement)
    if (prepared === undefined) {
      const handle = this.database.prepare<unknown[], unknown>(statement.sql)
      const columns = handle.reader ? handle.columns().map(({ name }) => name) : []
      const spoilsKept = !handle.readonly && statement.leavesKept !== true
      prepared = { handle, columns, Row: rowConstructor(), spoilsKept }
      // Rows come as arrays: an object made here costs half of one that the driver makes.
      if (handle.reader) handle.raw()
      this.#prepared.set(statement, prepared)
    }
    return prepared
  }
}

// One statement alone has rows that are kept.
function keyOf(params: readonly SqlValue[]): string {
  return JSON.stringify(params)
}

// V8 learns from a constructor how many columns its objects get. In a plain object, 20 are so many that it becomes a hash
// table, which costs a microsecond.
function rowConstructor(): RowConstructor {
  const Row = function Row() {}
  Row.prototype = Object.prototype
  return Row as unknown as RowConstructor
}

function toRow(Row: RowConstructor, columns: readonly string[], values: readonly SqlValue[]): Record<string, SqlValue> {
  const row = new Row()
  for (let i = 0; i < columns.length; i++) row[columns[i] as string] = values[i] as SqlValue
  return row
}

/** Opens the file, creating it readable by its owner alone. The journal mode is set by `useWriteAheadLog`. */
export function openConnection(
  location: Location,
  options: { durability: Durability; readonly?: boolean },
): Connection {
  if (!location.inMemory && !options.readonly) createPrivately(location)
  const database = open(location, options.readonly ?? false)
  try {
    requireSafeSqlite(database)
    database.pragma(`synchronous = ${options.durability === 'normal' ? 'NORMAL' : 'FULL'}`)
    database.pragma('foreign_keys = ON')
    database.pragma('trusted_schema = OFF')
    database.pragma('cell_size_check = ON')
    database.pragma('mmap_size = 0')
    // At most 64 MiB, taken as it is needed: with the search index of 100,000 events in memory, a search for a rare word
    // takes a quarter less.
    database.pragma('cache_size = -65536')
    // What is deleted is overwritten, and its room can be given back bit by bit; the latter from a file's first page on.
    database.pragma('secure_delete = ON')
    if (!options.readonly) vacuumBitByBit(database)
    // Twice SQLite's own: pages that are written again and again are copied into the database half as often. A longer log
    // makes a process's first saves slower, for a sync must record the size of what has grown.
    database.pragma('wal_autocheckpoint = 2000')
    database.pragma('fullfsync = ON')
    database.pragma('checkpoint_fullfsync = ON')
    return new Connection(database)
  } catch (error) {
    database.close()
    throw error
  }
}

// To set the mode where it is set already would need the write lock, which somebody else may hold.
function vacuumBitByBit(database: Database.Database): void {
  if (database.pragma('auto_vacuum', { simple: true }) === 0) database.pragma('auto_vacuum = INCREMENTAL')
}

/** Turns the write-ahead log on. Needs the file's lock for a moment, so it may throw SQLITE_BUSY. */
export function useWriteAheadLog(connection: Connection, location: Location): void {
  if (location.inMemory) return
  const mode = connection.database.pragma('journal_mode = WAL', { simple: true })
  if (mode !== 'wal')
    throw new CannotOpenError(
      location.url,
      `its file system cannot hold a write-ahead log (journal mode is ${String(mode)})`,
    )
  connection.database.pragma('journal_size_limit = 67108864')
}

function open(location: Location, readonly: boolean): Database.Database {
  try {
    return new Database(location.path, { timeout: 0, readonly, fileMustExist: !location.inMemory })
  } catch (cause) {
    const reason = hasCode(cause, 'SQLITE_CANTOPEN')
      ? 'the file cannot be opened; check that it is a file, and its permissions'
      : String(cause)
    throw new CannotOpenError(location.url, reason, { cause })
  }
}

function createPrivately(location: Location): void {
  try {
    fs.closeSync(fs.openSync(location.path, 'wx', 0o600))
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'EEXIST') {
      requireWritable(location)
      return
    }
    const reason =
      code === 'ENOENT' ? 'its folder does not exist; create the folder first' : `the file cannot be created (${code})`
    throw new CannotOpenError(location.url, reason, { cause })
  }
}

// SQLite would open a read-only file in silence, and refuse the first write.
function requireWritable(location: Location): void {
  try {
    fs.accessSync(location.path, fs.constants.R_OK | fs.constants.W_OK)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new CannotOpenError(location.url, `the file cannot be written (${code}); check its permissions`, { cause })
  }
}

function requireSafeSqlite(database: Database.Database): void {
  const version = database.prepare('SELECT sqlite_version()').pluck().get() as string
  const parts = version.split('.').map(Number)
  for (const [i, oldest] of OLDEST_SQLITE.entries()) {
    const part = parts[i] ?? 0
    if (part > oldest) return
    if (part < oldest)
      throw new CannotOpenError(
        database.name,
        `SQLite ${version} can corrupt a write-ahead log; ${OLDEST_SQLITE.join('.')} or newer is needed`,
      )
  }
}
