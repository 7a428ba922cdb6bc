import { randomUUID } from 'node:crypto'
import type { ClientBase, DatabaseError } from 'pg'
import { CannotOpenError, MigrationFailedError } from '../errors.ts'
import type { Migration } from '../migrations/migration.ts'
import { type MigrationRow, pendingAfter } from '../migrations/pending.ts'

/** The lock that `prisma migrate` takes, too: whoever migrates a database, with whatever, does it alone. */
const LOCK = 72707369

/** PostgreSQL 14, in the numbering of `server_version_num`. */
const OLDEST_SERVER = 140_000

/** Prisma's own table, letter for letter, so that `prisma migrate status` and `deploy` agree with this runner. */
const CREATE_HISTORY = `CREATE TABLE "_prisma_migrations" (
    "id"                    VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum"              VARCHAR(64) NOT NULL,
    "finished_at"           TIMESTAMPTZ,
    "migration_name"        VARCHAR(255) NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        TIMESTAMPTZ,
    "started_at"            TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count"   INTEGER NOT NULL DEFAULT 0
)`

interface Look {
  schema: string | null
  version: number
  encoding: string
  names: string | null
}

// What an extension has brought is no application's. One look tells our database from another's: between two, another
// process may have migrated it.
const LOOK = `SELECT current_schema() AS schema, current_setting('server_version_num')::int AS version,
    current_setting('server_encoding') AS encoding, (
      SELECT string_agg(c.relname, ' ' ORDER BY c.relname) FROM pg_class c
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ) AS names`

const HISTORY = `SELECT migration_name AS name, checksum, finished_at AS "finishedAt" FROM _prisma_migrations
  WHERE rolled_back_at IS NULL ORDER BY migration_name COLLATE "C"`

const RECORD = `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
  VALUES ($1, $2, clock_timestamp(), $3, now(), 1)`

/**
 * Brings the connection's schema to the newest of `migrations`, each in a transaction of its own, under a lock (so that
 * of many processes that open a new database at once, one migrates and the others find it done). A role that may not
 * change the schema can open a database that is up to date. `url` is named in errors: give it without a password.
 */
export async function migratePostgresql(
  client: ClientBase,
  migrations: readonly Migration[],
  url: string,
): Promise<void> {
  if ((await findPending(client, migrations, url)).length === 0) return
  await lock(client)
  try {
    for (const migration of await findPending(client, migrations, url)) await apply(client, migration)
  } finally {
    // Of a connection that is lost, the lock is gone, too.
    await client.query(`SELECT pg_advisory_unlock(${LOCK})`).catch(() => {})
  }
}

/** The migrations that a database still needs. Refuses one that is not ours, or that this version does not know. */
async function findPending(client: ClientBase, migrations: readonly Migration[], url: string): Promise<Migration[]> {
  const { rows } = await client.query<Look>(LOOK)
  const { schema, version, encoding, names } = rows[0] as Look
  if (version < OLDEST_SERVER) throw new CannotOpenError(url, 'the server is older than PostgreSQL 14')
  if (encoding !== 'UTF8')
    throw new CannotOpenError(url, `the database has the encoding ${encoding}; create one with the encoding UTF8`)
  if (schema === null) throw new CannotOpenError(url, 'there is no schema of its search_path; create one')
  const found = names?.split(' ') ?? []
  if (found.includes('_prisma_migrations')) {
    return pendingIn(client, migrations)
  }
  if (found.length > 0)
    throw new CannotOpenError(
      url,
      `the schema ${JSON.stringify(schema)} is another application's (it holds ${found.slice(0, 3).join(', ')}); give the store a database or a schema of its own`,
    )
  return [...migrations]
}

/** The same for a database that has a history. */
export async function pendingIn(client: ClientBase, migrations: readonly Migration[]): Promise<Migration[]> {
  const { rows } = await client.query<MigrationRow>(HISTORY)
  return pendingAfter(rows, migrations)
}

/** Waits for as long as it takes, whatever timeouts the connection has. */
async function lock(client: ClientBase): Promise<void> {
  await transact(client, () => client.query(`SELECT pg_advisory_lock(${LOCK})`))
}

async function apply(client: ClientBase, { name, checksum, sql }: Migration): Promise<void> {
  try {
    await transact(client, async () => {
      const { rows } = await client.query(`SELECT to_regclass('_prisma_migrations')::text AS history`)
      if (rows[0].history === null) await client.query(CREATE_HISTORY)
      await client.query(sql)
      await client.query(RECORD, [randomUUID(), checksum, name])
    })
  } catch (cause) {
    if (isPassing(cause)) throw cause
    throw new MigrationFailedError(name, `${(cause as Error).message}; nothing of it was kept`, { cause })
  }
}

async function transact(client: ClientBase, work: () => Promise<unknown>): Promise<void> {
  await client.query('BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0')
  try {
    await work()
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

/** A lost connection, a server that stops, is full or has others in the way: nothing that a script is to blame for. */
function isPassing(error: unknown): boolean {
  return !/^(?!08|40|53|55|57|58)[0-9A-Z]{5}$/.test((error as DatabaseError).code ?? '')
}
