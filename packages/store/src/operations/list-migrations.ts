import type { AppliedMigration, Migration } from '../migrations/migration.ts'
import { type Operation, query, statement } from '../operation.ts'
import { fromTimestamp } from '../timestamp.ts'

const LIST = statement<{ name: string; finishedAt: string }>(
  'SELECT migration_name AS name, finished_at AS "finishedAt" FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name',
)

/** Lists the migrations that the database has been through, oldest first, with what is known of them. */
export function* listMigrations(known: readonly Migration[]): Operation<AppliedMigration[]> {
  const descriptions = new Map(known.map(({ name, description }) => [name, description]))
  return (yield* query(LIST, [])).map(({ name, finishedAt }) => ({
    version: name.slice(0, name.indexOf('_')),
    name,
    description: descriptions.get(name) ?? '',
    appliedAt: fromTimestamp(finishedAt),
  }))
}
