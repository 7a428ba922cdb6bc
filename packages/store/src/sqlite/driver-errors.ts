import Database from 'better-sqlite3'
import { StateStoreError, StorageFailedError, StorageFullError, StoreBusyError } from '../errors.ts'

/** Another connection holds the lock: trying again later may succeed. */
export function isBusy(error: unknown): boolean {
  return hasCode(error, 'SQLITE_BUSY') || hasCode(error, 'SQLITE_LOCKED')
}

/** There was no room for the write, so none of it is there. */
export function isFull(error: unknown): boolean {
  return hasCode(error, 'SQLITE_FULL')
}

/** True for a SQLite result code and its extended forms. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Database.SqliteError && (error.code === code || error.code.startsWith(`${code}_`))
}

/** The typed error for whatever a statement threw; our own errors pass through. */
export function translate(error: unknown): unknown {
  if (error instanceof StateStoreError || !(error instanceof Database.SqliteError)) return error
  const details = { cause: error }
  if (isBusy(error)) return new StoreBusyError('the database is locked by another connection', details)
  if (isFull(error)) return new StorageFullError(details)
  if (hasCode(error, 'SQLITE_READONLY'))
    return new StorageFailedError('the database cannot be written: the file or its folder is read-only', details)
  if (hasCode(error, 'SQLITE_CORRUPT') || hasCode(error, 'SQLITE_NOTADB'))
    return new StorageFailedError('the file is damaged, or is no SQLite database', details)
  if (hasCode(error, 'SQLITE_IOERR')) return new StorageFailedError(`the disk failed (${error.code})`, details)
  return new StorageFailedError(`the database refused the statement (${error.code})`, details)
}
