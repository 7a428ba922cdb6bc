import { randomUUID } from 'node:crypto'
import { CannotOpenError, MigrationFailedError } from '../errors.ts'
import type { Connection } from '../sqlite/connection.ts'
import { isBusy } from '../sqlite/driver-errors.ts'
import { timestampNow } from '../timestamp.ts'
import type { Migration } from './migration.ts'
import { type MigrationRow, pendingAfter } from './pending.ts'

/** Prisma's own table, letter for letter, so that `prisma migrate status` and `deploy` agree with this runner. */
const CREATE_HISTORY = `CREATE TABLE "_prisma_migrations" (
    "id"                    TEXT PRIMARY KEY NOT NULL,
    "checksum"              TEXT NOT NULL,
    "finished_at"           DATETIME,
    "migration_name"        TEXT NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        DATETIME,
    "started_at"            DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count"   INTEGER UNSIGNED NOT NULL DEFAULT 0
)`

const NAMES = `SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`
const HISTORY = `SELECT migration_name AS name, checksum, finished_at AS finishedAt FROM _prisma_migrations
  WHERE rolled_back_at IS NULL ORDER BY migration_name`

/**
 * Brings the database to the newest of `migrations`, all or nothing, under the write lock (so that of many processes
 * that open a new file at once, one migrates and the others find it done). Throws SQLITE_BUSY when the lock is taken.
 */
export function migrate(connection: Connection, migrations: readonly Migration[], url: string): void {
  if (findPending(connection, migrations, url).length === 0) return
  connection.begin()
  try {
    const pending = findPending(connection, migrations, url)
    if (!hasTable(connection, '_prisma_migrations')) connection.database.exec(CREATE_HISTORY)
    for (const migration of pending) apply(connection, migration)
    connection.commit()
  } catch (error) {
    connection.rollback()
    throw error
  }
}

/** The migrations that a database still needs. Refuses one that is not ours, or that this version does not know. */
export function findPending(connection: Connection, migrations: readonly Migration[], url: string): Migration[] {
  return pendingAfter(readHistory(connection, url), migrations)
}

function readHistory(connection: Connection, url: string): MigrationRow[] {
  // One look tells our database from another's: between two, another process may have migrated it.
  const names = connection.database.prepare<[], string>(NAMES).pluck().all()
  if (names.includes('_prisma_migrations')) return connection.database.prepare<[], MigrationRow>(HISTORY).all()
  if (names.length > 0)
    throw new CannotOpenError(
      url,
      `the file is another application's database (it holds ${names.slice(0, 3).join(', ')}); give the store a file of its own`,
    )
  return []
}

function hasTable(connection: Connection, name: string): boolean {
  return (
    connection.database.prepare(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?`).get(name) !== undefined
  )
}

function apply(connection: Connection, { name, checksum, sql }: Migration): void {
  const startedAt = timestampNow()
  try {
    connection.database.exec(sql)
  } catch (cause) {
    if (isBusy(cause)) throw cause
    throw new MigrationFailedError(name, `${(cause as Error).message}; nothing was changed`, { cause })
  }
  connection.database
    .prepare(
      'INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count) VALUES (?, ?, ?, ?, ?, 1)',
    )
    .run(randomUUID(), checksum, timestampNow(), name, startedAt)
}
