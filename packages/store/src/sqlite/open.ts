import { CannotOpenError } from '../errors.ts'
import { SQLITE_MIGRATIONS } from '../migrations/embedded.ts'
import { findPending, migrate } from '../migrations/migrate.ts'
import { whileBusy } from './busy.ts'
import { openConnection, useWriteAheadLog } from './connection.ts'
import { hasCode, translate } from './driver-errors.ts'
import type { Location } from './location.ts'
import { SqliteEngine, type SqliteEngineOptions } from './sqlite-engine.ts'

/** Opens a SQLite database, creates it when it is not there, and brings it to the current schema. */
export async function openSqlite(location: Location, options: SqliteEngineOptions): Promise<SqliteEngine> {
  const { url } = location
  const { busyTimeoutMs } = options
  // Even the first look at the file may find it locked: another process may be making it, or mending its log.
  const connection = await whileBusy(busyTimeoutMs, () => openConnection(location, options)).catch(refuse(url))
  try {
    // Refuses another application's database before anything in it is changed.
    const pending = await whileBusy(busyTimeoutMs, () => findPending(connection, SQLITE_MIGRATIONS, url))
    await whileBusy(busyTimeoutMs, () => useWriteAheadLog(connection, location))
    if (pending.length > 0) await whileBusy(busyTimeoutMs, () => migrate(connection, SQLITE_MIGRATIONS, url))
    return new SqliteEngine(connection, location, options)
  } catch (error) {
    connection.close()
    return refuse(url)(error)
  }
}

function refuse(url: string): (error: unknown) => never {
  return (error) => {
    if (hasCode(error, 'SQLITE_NOTADB'))
      throw new CannotOpenError(url, 'the file is no SQLite database', { cause: error })
    if (hasCode(error, 'SQLITE_READONLY'))
      throw new CannotOpenError(url, 'the file or its folder is read-only', { cause: error })
    throw translate(error)
  }
}
