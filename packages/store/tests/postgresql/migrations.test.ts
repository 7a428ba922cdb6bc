import { createHash } from 'node:crypto'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { CannotOpenError, MigrationFailedError, SchemaTooNewError } from '../../src/errors.ts'
import type { Migration } from '../../src/migrations/migration.ts'
import { POSTGRESQL_MIGRATIONS } from '../../src/migrations/postgresql.ts'
import { migratePostgresql } from '../../src/postgresql/migrate.ts'
import { connect, valuesOf } from './connect.ts'
import { createDatabase, temporaryDatabase } from './database.ts'

const NAMES = POSTGRESQL_MIGRATIONS.map(({ name }) => name)
const TABLES = `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`
const APPLIED = 'SELECT migration_name FROM _prisma_migrations ORDER BY 1'

async function openNew(): Promise<{ client: Client; url: string }> {
  const url = await temporaryDatabase({ migrated: false })
  return { client: await connect(url), url }
}

function migration(name: string, sql: string): Migration {
  return { name, description: name, checksum: createHash('sha256').update(sql).digest('hex'), sql }
}

const migrate = (client: Client, migrations: readonly Migration[] = POSTGRESQL_MIGRATIONS) =>
  migratePostgresql(client, migrations, 'postgresql://test')

describe('a PostgreSQL database', () => {
  it('that is new gets all migrations, recorded as Prisma would', async () => {
    const { client } = await openNew()
    await migrate(client)
    const { rows } = await client.query('SELECT * FROM _prisma_migrations ORDER BY migration_name')
    expect(rows.map((row) => [row.migration_name, row.checksum])).toEqual(
      POSTGRESQL_MIGRATIONS.map(({ name, checksum }) => [name, checksum]),
    )
    for (const row of rows) {
      expect(row).toMatchObject({ logs: null, rolled_back_at: null, applied_steps_count: 1 })
      expect(row.finished_at.getTime()).toBeGreaterThanOrEqual(row.started_at.getTime())
    }
  })

  it('that twenty open at once is migrated by one of them', async () => {
    const url = await temporaryDatabase({ migrated: false })
    const clients = await Promise.all(Array.from({ length: 20 }, () => connect(url)))
    await Promise.all(clients.map((client) => migrate(client)))
    expect(await valuesOf(clients[0] as Client, APPLIED)).toEqual(NAMES)
    // Other tests have databases of their own on the same server.
    const held = `SELECT count(*)::int FROM pg_locks JOIN pg_database ON pg_database.oid = database WHERE locktype = 'advisory' AND datname = current_database()`
    expect(await valuesOf(clients[0] as Client, held)).toEqual([0])
  })

  it('is waited for past the timeouts of the connection', async () => {
    const { client, url } = await openNew()
    const other = await connect(url)
    await client.query('SELECT pg_advisory_lock(72707369)')
    await other.query(`SET lock_timeout = '50ms'; SET statement_timeout = '50ms'`)
    const migrated = migrate(other)
    const waiting = `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory' AND query_start < clock_timestamp() - interval '200 ms'`
    await expect.poll(() => valuesOf(client, waiting)).toEqual([1])
    await client.query('SELECT pg_advisory_unlock(72707369)')
    await migrated
    expect(await valuesOf(other, 'SHOW lock_timeout')).toEqual(['50ms'])
  })

  it('that is opened again is left as it is, though the role may change nothing', async () => {
    const { client } = await openNew()
    await migrate(client)
    await client.query('BEGIN READ ONLY')
    await migrate(client)
    await client.query('COMMIT')
  })

  it.each(NAMES.slice(1).map((name, i) => [name, i + 1] as const))('from before %s gets the rest', async (_, known) => {
    const { client } = await openNew()
    await migrate(client, POSTGRESQL_MIGRATIONS.slice(0, known))
    await migrate(client)
    expect(await valuesOf(client, APPLIED)).toEqual(NAMES)
  })

  it('that an edited script has migrated is refused', async () => {
    const { client } = await openNew()
    await migrate(client)
    await client.query(`UPDATE _prisma_migrations SET checksum = 'edited' WHERE migration_name = $1`, [NAMES[1]])
    const opening = migrate(client)
    await expect(opening).rejects.toBeInstanceOf(MigrationFailedError)
    await expect(opening).rejects.toMatchObject({ code: 'MIGRATION_FAILED', migration: NAMES[1] })
  })

  it('that a newer version has migrated is refused, and named', async () => {
    const { client } = await openNew()
    await migrate(client, [...POSTGRESQL_MIGRATIONS, migration('29990101000000_future', 'CREATE TABLE future (a int)')])
    const opening = migrate(client)
    await expect(opening).rejects.toBeInstanceOf(SchemaTooNewError)
    await expect(opening).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW', migrations: ['29990101000000_future'] })
  })

  it('whose migration was begun and never finished is refused', async () => {
    const { client } = await openNew()
    await migrate(client)
    await client.query('UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = $1', [NAMES.at(-1)])
    await expect(migrate(client)).rejects.toMatchObject({ code: 'MIGRATION_FAILED', migration: NAMES.at(-1) })
  })

  it('of another application is refused, and nothing of it is changed', async () => {
    const { client } = await openNew()
    await client.query('CREATE TABLE songs (title text)')
    const opening = migrate(client)
    await expect(opening).rejects.toBeInstanceOf(CannotOpenError)
    await expect(opening).rejects.toThrow(/songs/)
    expect(await valuesOf(client, TABLES)).toEqual(['songs'])
  })

  it('of another application can hold a store in a schema of its own', async () => {
    const { client } = await openNew()
    await client.query('CREATE TABLE songs (title text); CREATE SCHEMA store; SET search_path = store')
    await migrate(client)
    await client.query(
      `INSERT INTO events (id, event_type, session_id, actor_type, actor_id, content) VALUES ('e', 't', 's', 'user', 'u', 'word')`,
    )
    expect(await valuesOf(client, TABLES)).toEqual(['songs'])
  })

  it('in another encoding than UTF-8 is refused', async () => {
    const { client, url } = await openNew()
    const name = `latin_${process.pid}`
    await client.query(`CREATE DATABASE ${name} ENCODING 'LATIN1' TEMPLATE template0`)
    const latin = new Client(Object.assign(new URL(url), { pathname: name }).href)
    await latin.connect()
    try {
      await expect(migrate(latin)).rejects.toThrow(/LATIN1.*UTF8/)
    } finally {
      await latin.end()
      await client.query(`DROP DATABASE ${name}`)
    }
  })

  it('keeps nothing of a migration that fails, and is open to others at once', async () => {
    const { client, url } = await openNew()
    const bad = migration('29990102000000_bad', 'CREATE TABLE half (a int); INSERT INTO nowhere VALUES (1)')
    const opening = migrate(client, [...POSTGRESQL_MIGRATIONS, bad])
    await expect(opening).rejects.toBeInstanceOf(MigrationFailedError)
    await expect(opening).rejects.toThrow(/29990102000000_bad.*nowhere/)
    expect(await valuesOf(client, TABLES)).not.toContain('half')
    await migrate(await connect(url))
    expect(await valuesOf(client, APPLIED)).toEqual(NAMES)
  })

  it('whose server is stopped in the middle stays as it was', async () => {
    const { client, url } = await openNew()
    const other = await connect(url)
    client.on('error', () => {})
    const slow = migration('20200101000000_slow', 'CREATE TABLE half (a int); SELECT pg_sleep(600)')
    const opening = migrate(client, [slow])
    const sleeping = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`
    await Promise.all([
      expect(opening).rejects.toMatchObject({ code: '57P01' }),
      expect.poll(() => valuesOf(other, sleeping)).toEqual([true]),
    ])
    expect(await valuesOf(other, TABLES)).toEqual([])
    await migrate(other)
  })
})

it('a database of a test is a copy of one that has been through all migrations', async () => {
  const { url, drop } = await createDatabase()
  const client = new Client(url)
  await client.connect()
  expect(await valuesOf(client, APPLIED)).toEqual(NAMES)
  await client.end()
  await drop()
  await expect(new Client(url).connect()).rejects.toThrow(/does not exist/)
})
