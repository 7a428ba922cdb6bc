import fs from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { SQLITE_MIGRATIONS } from '../../packages/store/src/migrations/embedded.ts'
import { POSTGRESQL_MIGRATIONS } from '../../packages/store/src/migrations/postgresql.ts'
import { migratePostgresql } from '../../packages/store/src/postgresql/migrate.ts'
import { connect } from '../../packages/store/tests/postgresql/connect.ts'
import { temporaryDatabase } from '../../packages/store/tests/postgresql/database.ts'
import { EMBEDDINGS, readMigrations, render } from '../embed-migrations.mjs'
import { prisma } from './prisma-cli.ts'
import { root, temporaryFolder } from './temporary-folder.ts'

const directory = path.join(root, 'prisma/sqlite/migrations')

test.each(EMBEDDINGS)('what is embedded in $target is what lies in the folder', (embedding) => {
  const migrations = readMigrations(path.join(root, embedding.source))
  expect({ SQLITE_MIGRATIONS, POSTGRESQL_MIGRATIONS }[embedding.constant]).toEqual(migrations)
  expect(fs.readFileSync(path.join(root, embedding.target), 'utf8')).toBe(render(migrations, embedding))
})

test('a changed migration is caught', () => {
  const copy = temporaryFolder()
  fs.cpSync(directory, copy, { recursive: true })
  fs.appendFileSync(path.join(copy, SQLITE_MIGRATIONS[0]?.name ?? '', 'migration.sql'), '-- changed\n')
  expect(readMigrations(copy)).not.toEqual(SQLITE_MIGRATIONS)
})

test('a migration that does not say what it does is refused', () => {
  const folder = temporaryFolder()
  fs.mkdirSync(path.join(folder, '20270101000000_silent'))
  fs.writeFileSync(path.join(folder, '20270101000000_silent/migration.sql'), 'CREATE TABLE x (y);\n')
  expect(() => readMigrations(folder)).toThrow(/20270101000000_silent.*must begin with a line/)
})

test('backticks, dollars and backslashes survive being embedded', async () => {
  const sql = `-- odd\nSELECT \`a\`, "\${b}", '\\';\n`
  const file = path.join(temporaryFolder(), 'embedded.ts')
  fs.writeFileSync(file, render([{ name: "o'dd", description: 'odd', checksum: '', sql }]))
  const { SQLITE_MIGRATIONS: written } = await import(file)
  expect(written).toEqual([{ name: "o'dd", description: 'odd', checksum: '', sql }])
})

test('Prisma records the same checksums when it deploys the same migrations', () => {
  const file = path.join(temporaryFolder(), 'deployed.db')
  expect(prisma(['migrate', 'deploy'], `file:${file}`).code).toBe(0)
  expect(prisma(['migrate', 'status'], `file:${file}`).output).toContain('Database schema is up to date')
  const database = new Database(file, { readonly: true })
  const rows = database.prepare('SELECT migration_name AS name, checksum FROM _prisma_migrations ORDER BY 1').all()
  database.close()
  expect(rows).toEqual(SQLITE_MIGRATIONS.map(({ name, checksum }) => ({ name, checksum })))
})

test('Prisma records the same on PostgreSQL, and each takes what the other has migrated for up to date', async () => {
  const deployed = await temporaryDatabase({ migrated: false })
  expect(prisma(['migrate', 'deploy'], deployed)).toMatchObject({ code: 0 })
  const client = await connect(deployed)
  await migratePostgresql(client, POSTGRESQL_MIGRATIONS, deployed)
  const { rows } = await client.query('SELECT migration_name AS name, checksum FROM _prisma_migrations ORDER BY 1')
  expect(rows).toEqual(POSTGRESQL_MIGRATIONS.map(({ name, checksum }) => ({ name, checksum })))

  const opened = await temporaryDatabase()
  expect(prisma(['migrate', 'status'], opened).output).toContain('Database schema is up to date')
})
