import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { derive, readModels } from '../derive-postgresql.mjs'
import { root } from './temporary-folder.ts'

const models = (folder: string) => readModels(path.join(root, folder))
const derived = (text: string) => derive([{ name: 'x.prisma', text }])[0]?.text.replace(/^.*\n\n/, '')

test("PostgreSQL's models are those that the one schema leads to", () => {
  expect(models('prisma/postgresql/models')).toEqual(derive(models('prisma/models')))
})

test('a changed model is caught', () => {
  const changed = models('prisma/models').map(({ name, text }) => ({
    name,
    text: text.replace('metadata', 'notes   '),
  }))
  expect(derive(changed)).not.toEqual(models('prisma/postgresql/models'))
})

test('moments get their type and default, enums are text, and fields stand below each other', () => {
  const time = `@default(dbgenerated("strftime('%Y', 'now')"))`
  expect(
    derived(
      `model A {\n  id String\n  /// When.\n  at DateTime ${time} @map("a_t")\n  ended DateTime?\n  kind Kind @default(big)\n\n  @@id([id])\n}\n\n/// Kinds.\nenum Kind {\n  /// Large.\n  big\n  small\n}\n`,
    ),
  ).toBe(`model A {
  id    String
  /// When.
  at    DateTime  @default(now()) @map("a_t") @db.Timestamptz(3)
  ended DateTime? @db.Timestamptz(3)
  /// One of "big", "small".
  kind  String    @default("big")

  @@id([id])
}
`)
})

test('a CHECK constraint holds each column to the values of its enum', () => {
  const folder = path.join(root, 'prisma/postgresql/migrations')
  const scripts = fs
    .readdirSync(folder)
    .filter((name) => fs.statSync(path.join(folder, name)).isDirectory())
    .map((name) => fs.readFileSync(path.join(folder, name, 'migration.sql'), 'utf8'))
  const lists = models('prisma/postgresql/models').flatMap(({ text }) => [...text.matchAll(/\/\/\/ One of (.*)\.\n/g)])
  expect(lists.length).toBe(4)
  for (const [, values = ''] of lists) expect(scripts.join()).toContain(`IN (${values.replaceAll('"', "'")})`)
})
