import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { CannotOpenError, MigrationFailedError, SchemaTooNewError } from '../src/errors.ts'
import { SQLITE_MIGRATIONS } from '../src/migrations/embedded.ts'
import { migrate } from '../src/migrations/migrate.ts'
import type { Migration } from '../src/migrations/migration.ts'
import { listMigrations, saveEvents, searchEvents } from '../src/operations.ts'
import { openConnection } from '../src/sqlite/connection.ts'
import { parseLocation } from '../src/sqlite/location.ts'
import { event } from './samples.ts'
import { openTemporary, temporaryFile } from './temporary-folder.ts'

const authored = path.resolve(import.meta.dirname, '../../../prisma/sqlite/migrations')
const NAMES = SQLITE_MIGRATIONS.map(({ name }) => name)
const SCHEMA = 'SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name'

function migrateFile(file: string, migrations: readonly Migration[]): void {
  if (!fs.existsSync(file)) fs.writeFileSync(file, '')
  const connection = openConnection(parseLocation(`file:${file}`), { durability: 'full' })
  try {
    migrate(connection, migrations, `file:${file}`)
  } finally {
    connection.close()
  }
}

function inspect<T>(file: string, look: (database: Database.Database) => T): T {
  const database = new Database(file)
  try {
    return look(database)
  } finally {
    database.close()
  }
}

const schemaOf = (file: string) => inspect(file, (database) => database.prepare(SCHEMA).all())
const historyOf = (file: string) =>
  inspect(file, (database) =>
    database.prepare('SELECT * FROM _prisma_migrations ORDER BY migration_name').all(),
  ) as Record<string, unknown>[]

function migration(name: string, sql: string): Migration {
  return { name, description: name, checksum: createHash('sha256').update(sql).digest('hex'), sql }
}

describe('the embedded migrations', () => {
  it("are those that Prisma's CLI authored, with the checksums that it records", () => {
    const folders = fs.readdirSync(authored).filter((name) => fs.existsSync(path.join(authored, name, 'migration.sql')))
    const files = folders
      .sort()
      .map((name) => ({ name, bytes: fs.readFileSync(path.join(authored, name, 'migration.sql')) }))
    const expected = files.map(({ name, bytes }) => ({
      name,
      checksum: createHash('sha256').update(bytes).digest('hex'),
      sql: bytes.toString(),
    }))
    expect(SQLITE_MIGRATIONS.map(({ name, checksum, sql }) => ({ name, checksum, sql }))).toEqual(expected)
    expect(expected.length).toBeGreaterThan(1)
  })
})

describe('a database', () => {
  it('that is new gets them all, recorded as Prisma would', async () => {
    const file = temporaryFile()
    const engine = await openTemporary({ file })
    const listed = await engine.read(() => listMigrations(engine.migrations))
    expect(listed.map(({ name, version, description }) => ({ name, version, description }))).toEqual(
      SQLITE_MIGRATIONS.map(({ name, description }) => ({ name, version: name.split('_')[0], description })),
    )
    for (const { appliedAt } of listed) expect(Math.abs(appliedAt.getTime() - Date.now())).toBeLessThan(60_000)
    await engine.close()
    const rows = historyOf(file)
    expect(rows.map((row) => [row.migration_name, row.checksum])).toEqual(
      SQLITE_MIGRATIONS.map(({ name, checksum }) => [name, checksum]),
    )
    for (const row of rows) {
      expect(row).toMatchObject({ logs: null, rolled_back_at: null, applied_steps_count: 1 })
      expect(row.id).toMatch(/^[0-9a-f-]{36}$/)
    }
  })

  it('that is opened again is left as it is', async () => {
    const file = temporaryFile()
    await (await openTemporary({ file })).close()
    const [schema, history] = [schemaOf(file), historyOf(file)]
    await (await openTemporary({ file })).close()
    expect([schemaOf(file), historyOf(file)]).toEqual([schema, history])
  })

  it.each(NAMES.map((name, i) => [name, i] as const))(
    'from before %s is brought to the same schema, and keeps its data',
    async (_name, known) => {
      const [old, fresh] = [temporaryFile(), temporaryFile()]
      migrateFile(old, SQLITE_MIGRATIONS.slice(0, known))
      const hasEvents = inspect(
        old,
        (database) => database.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'events'`).get() !== undefined,
      )
      const insert = `INSERT INTO events (id, event_type, session_id, actor_type, actor_id, content) VALUES ('old', 't', 's', 'user', 'u', 'an old word')`
      if (hasEvents) inspect(old, (database) => database.exec(insert))
      const engine = await openTemporary({ file: old })
      await engine.write(() => saveEvents('default', [event('new', { content: 'a new word' })]))
      const search = { terms: ['word'], sessionId: undefined, eventType: undefined, position: undefined, limit: 10 }
      const { hits } = await engine.read(() => searchEvents('default', search))
      expect(hits.map(({ id }) => id).sort()).toEqual(hasEvents ? ['new', 'old'] : ['new'])
      await engine.close()
      await (await openTemporary({ file: fresh })).close()
      expect(schemaOf(old)).toEqual(schemaOf(fresh))
      expect(historyOf(old).map((row) => row.migration_name)).toEqual(NAMES)
    },
  )

  it('that an edited script has migrated is refused', async () => {
    const file = temporaryFile()
    await (await openTemporary({ file })).close()
    inspect(file, (database) =>
      database.exec(`UPDATE _prisma_migrations SET checksum = 'edited' WHERE migration_name = '${NAMES[1]}'`),
    )
    const opening = openTemporary({ file })
    await expect(opening).rejects.toBeInstanceOf(MigrationFailedError)
    await expect(opening).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      migration: NAMES[1],
      message: expect.stringMatching(/edited|checksum/),
    })
  })

  it('that a newer version has migrated is refused, and named', async () => {
    const file = temporaryFile()
    migrateFile(file, [...SQLITE_MIGRATIONS, migration('29990101000000_future', 'CREATE TABLE future (a)')])
    const opening = openTemporary({ file })
    await expect(opening).rejects.toBeInstanceOf(SchemaTooNewError)
    await expect(opening).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW', migrations: ['29990101000000_future'] })
  })

  it('whose migration was begun and never finished is refused', async () => {
    const file = temporaryFile()
    await (await openTemporary({ file })).close()
    inspect(file, (database) =>
      database.exec(`UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '${NAMES.at(-1)}'`),
    )
    await expect(openTemporary({ file })).rejects.toMatchObject({ code: 'MIGRATION_FAILED', migration: NAMES.at(-1) })
  })

  it('whose failed migration was marked as rolled back gets it again', async () => {
    const file = temporaryFile()
    migrateFile(file, SQLITE_MIGRATIONS.slice(0, -1))
    inspect(file, (database) =>
      database.exec(
        `INSERT INTO _prisma_migrations (id, checksum, migration_name, rolled_back_at) VALUES ('x', 'y', '${NAMES.at(-1)}', '2026-01-01')`,
      ),
    )
    await openTemporary({ file })
    expect(historyOf(file)).toHaveLength(NAMES.length + 1)
  })

  it('of another application is refused, and not a byte of it is changed', async () => {
    const file = temporaryFile()
    inspect(file, (database) =>
      database.exec(`CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('Yesterday')`),
    )
    const before = fs.readFileSync(file)
    const opening = openTemporary({ file })
    await expect(opening).rejects.toBeInstanceOf(CannotOpenError)
    await expect(opening).rejects.toThrow(/songs/)
    expect(fs.readFileSync(file).equals(before)).toBe(true)
    expect(fs.readdirSync(path.dirname(file))).toEqual([path.basename(file)])
  })

  it('that is no database is refused, and not a byte of it is changed', async () => {
    const file = temporaryFile()
    fs.writeFileSync(file, 'just some text, and enough of it to be taken for a header of a hundred bytes '.repeat(20))
    const before = fs.readFileSync(file)
    await expect(openTemporary({ file })).rejects.toBeInstanceOf(CannotOpenError)
    expect(fs.readFileSync(file).equals(before)).toBe(true)
  })

  it('keeps nothing of a migration that fails, nor of those before it in the same run', () => {
    const file = temporaryFile()
    migrateFile(file, SQLITE_MIGRATIONS)
    const [schema, history] = [schemaOf(file), historyOf(file)]
    const more = [
      migration('29990101000000_good', 'CREATE TABLE good (a)'),
      migration('29990102000000_bad', 'CREATE TABLE half (a); INSERT INTO nowhere VALUES (1)'),
    ]
    expect(() => migrateFile(file, [...SQLITE_MIGRATIONS, ...more])).toThrow(MigrationFailedError)
    expect(() => migrateFile(file, [...SQLITE_MIGRATIONS, ...more])).toThrow(/29990102000000_bad.*nowhere/)
    expect([schemaOf(file), historyOf(file)]).toEqual([schema, history])
  })

  it('that is new stays empty when a migration fails', () => {
    const file = temporaryFile()
    expect(() => migrateFile(file, [migration('29990102000000_bad', 'CREATE TABLE half (a); SELECT nothing')])).toThrow(
      MigrationFailedError,
    )
    expect(schemaOf(file)).toEqual([])
  })
})
