import { MigrationFailedError, MoveUnfinishedError, SchemaTooNewError } from '../errors.ts'
import type { Migration } from './migration.ts'

/** What a database records of a migration. */
export interface MigrationRow {
  name: string
  checksum: string
  /** Null as long as it is not finished. */
  finishedAt: unknown
}

/**
 * The name of the record that a move makes in its target, and takes away at its end. It is never finished, and no version
 * knows it, so that none opens the database before.
 */
export const MOVE = 'move_into_this_database'

/** The migrations that a database with this record still needs. Refuses a record that this version does not know. */
export function pendingAfter(applied: readonly MigrationRow[], migrations: readonly Migration[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]))
  if (applied.some(({ name }) => name === MOVE)) throw new MoveUnfinishedError()
  const unknown = applied.filter(({ name }) => !known.has(name)).map(({ name }) => name)
  if (unknown.length > 0) throw new SchemaTooNewError(unknown)
  for (const { name, checksum, finishedAt } of applied) {
    if (finishedAt === null)
      throw new MigrationFailedError(
        name,
        'it was begun by another tool and never finished; restore a backup, or mend it with "prisma migrate resolve"',
      )
    if (checksum !== known.get(name)?.checksum)
      throw new MigrationFailedError(name, 'the database was migrated by an edited script (its checksum differs)')
  }
  const done = new Set(applied.map(({ name }) => name))
  return migrations.filter(({ name }) => !done.has(name))
}
