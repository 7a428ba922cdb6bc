import fs from 'node:fs'
import Database from 'better-sqlite3'
import { CannotOpenError } from '../errors.ts'
import type { Operation, Statement, Step } from '../operation.ts'
import { hasCode } from './driver-errors.ts'
import type { Location } from './location.ts'

/** `full` syncs the log at every commit; `normal` only at checkpoints, so a power cut may take the last commits. */
export type Durability = 'full' | 'normal'

/** SQLite 3.7.0 to 3.51.2 can corrupt a database when the write-ahead log is reset. */
const OLDEST_SQLITE = [3, 51, 3] as const

/** Statements of ad hoc SQL that stay prepared. */
const TEXTS_KEPT = 200

/** One connection, and the statements prepared on it. */
export class Connection {
  readonly database: Database.Database
  /** Statements carried out so far that may have changed rows: tells whether an operation has written. */
  writes = 0
  readonly #prepared = new Map<Statement<unknown>, Database.Statement<unknown[], unknown>>()
  readonly #preparedText = new Map<string, Database.Statement<unknown[], unknown>>()
  readonly #begin: Database.Statement
  readonly #commit: Database.Statement

  constructor(database: Database.Database) {
    this.database = database
    this.#begin = database.prepare('BEGIN IMMEDIATE')
    this.#commit = database.prepare('COMMIT')
  }

  get inTransaction(): boolean {
    return this.database.inTransaction
  }

  begin(): void {
    this.#begin.run()
  }

  commit(): void {
    this.#commit.run()
  }

  /** Undoes the open transaction; SQLite may have done so already. */
  rollback(): void {
    if (this.inTransaction) this.database.exec('ROLLBACK')
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
    this.#preparedText.delete(sql)
    this.#preparedText.set(sql, prepared)
    if (this.#preparedText.size > TEXTS_KEPT)
      this.#preparedText.delete(this.#preparedText.keys().next().value as string)
    return prepared
  }

  #execute({ statement, params, rows }: Step): unknown {
    let prepared = this.#prepared.get(statement)
    if (prepared === undefined) {
      prepared = this.database.prepare(statement.sql)
      this.#prepared.set(statement, prepared)
    }
    const result = !prepared.reader
      ? prepared.run(params)
      : rows === 'all'
        ? prepared.all(params)
        : prepared.get(params)
    // A statement with RETURNING that returns no row has changed none.
    const changedNothing = prepared.reader && (result === undefined || (Array.isArray(result) && result.length === 0))
    if (!prepared.readonly && !changedNothing) this.writes++
    return result
  }
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
    // As many frames as one table of the log's index holds: a search in the log costs the same, and a page that is written
    // again and again is copied into the database a quarter as often as with the default of 1,000.
    database.pragma('wal_autocheckpoint = 4000')
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
