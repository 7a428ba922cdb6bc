import fs from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { Declarations } from './declarations.ts'
import { type Page, pageOf, ROOT, readPage } from './markdown.ts'

/** The lines below a heading, up to the next one of its level or above. */
function sectionOf(page: Page, heading: string): string[] {
  const start = page.lines.indexOf(`## ${heading}`)
  if (start === -1) return []
  const length = page.lines.slice(start + 1).findIndex((line) => line.startsWith('## '))
  return page.lines.slice(start + 1, length === -1 ? undefined : start + 1 + length)
}

/** The names in `code` that start the rows of the tables among these lines. */
function namesIn(lines: readonly string[]): string[] {
  const rows = lines.flatMap((line) => /^\| (`[^|]+)\|/.exec(line)?.[1] ?? [])
  return rows.flatMap((cell) => [...cell.matchAll(/`([\w.]+)[^`]*`/g)].map((match) => match[1] ?? ''))
}

/** Interfaces whose section does not list exactly their members. */
function differences(page: Page, interfaces: Map<string, string[]>): string[] {
  return [...interfaces].flatMap(([name, members]) => {
    const documented = namesIn(sectionOf(page, name)).sort().join()
    return documented === [...members].sort().join() ? [] : [`${page.path}, ${name}: has ${documented}, not ${members}`]
  })
}

const only = (interfaces: Map<string, string[]>, ...names: string[]) =>
  new Map([...interfaces].filter(([name]) => names.includes(name)))

const records = readPage('docs/reference/records.md')

test('every member of StateStore is in the reference, and nothing else', () => {
  const members = new Declarations('packages/sdk/src/state-store.ts').interfaces().get('StateStore') as string[]
  expect(members).toContain('saveAgentState')
  expect(namesIn(readPage('docs/reference/state-store.md').lines).sort()).toEqual([...members].sort())
})

test('every option and every limit is in the reference, and nothing else', () => {
  const options = new Declarations('packages/sdk/src/open-state-store.ts').interfaces()
  const limits = new Declarations('packages/sdk/src/limits.ts').interfaces()
  expect(differences(readPage('docs/reference/open-state-store.md'), only(options, 'OpenOptions'))).toEqual([])
  expect(differences(readPage('docs/reference/limits.md'), limits)).toEqual([])
})

test('every option of a move is in the reference, and all that it tells', () => {
  const page = readPage('docs/reference/move-store.md')
  const options = new Declarations('packages/sdk/src/move.ts').interfaces()
  const move = new Declarations('packages/store/src/move/move-database.ts').interfaces()
  const digest = new Declarations('packages/store/src/move/verify.ts').interfaces()
  expect(differences(page, only(options, 'MoveStoreOptions'))).toEqual([])
  expect(differences(page, only(move, 'MoveProgress', 'MoveReport'))).toEqual([])
  expect(differences(page, only(digest, 'TableDigest'))).toEqual([])
})

test('every field of every record is in the reference, and nothing else', () => {
  expect(differences(records, new Declarations('packages/sdk/src/records.ts').interfaces())).toEqual([])
  const migration = new Declarations('packages/store/src/migrations/migration.ts').interfaces()
  expect(differences(records, only(migration, 'AppliedMigration'))).toEqual([])
  const engine = new Declarations('packages/store/src/engine.ts').interfaces()
  expect(differences(records, only(engine, 'EngineStats'))).toEqual([])
})

test('every error code is in the reference, and every class of error', () => {
  const errors = new Declarations('packages/store/src/errors.ts')
  const page = readPage('docs/reference/errors.md')
  expect(namesIn(page.lines).sort()).toEqual(errors.words('ErrorCode').sort())
  const text = page.lines.join('\n')
  expect(errors.classes().filter((name) => !text.includes(`\`${name}\``))).toEqual([])
})

test('every column of every table is in the reference, and nothing else', () => {
  const database = new Database(':memory:')
  const folder = path.join(ROOT, 'prisma/sqlite/migrations')
  for (const name of fs
    .readdirSync(folder)
    .filter((found) => !found.endsWith('.toml'))
    .sort())
    database.exec(fs.readFileSync(path.join(folder, name, 'migration.sql'), 'utf8'))
  const tables = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%\\_fts%' ESCAPE '\\'")
    .pluck()
    .all() as string[]
  const columns = tables.map((table): [string, string[]] => [
    table,
    database.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table) as string[],
  ])
  expect(tables).toContain('agent_states')
  expect(differences(readPage('docs/reference/database.md'), new Map(columns))).toEqual([])
})

test('every npm script is in the reference', () => {
  const { scripts } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'))
  const page = readPage('docs/reference/commands.md').lines.join('\n')
  const command = (script: string) => (script === 'test' ? '`npm test`' : `\`npm run ${script}\``)
  expect(Object.keys(scripts).filter((script) => !page.includes(command(script)))).toEqual([])
})

test('control: a member that is missing from a page, or from the code, is found', () => {
  const page = pageOf('planted.md', '## Snapshot\n| `id` | x |\n| `gone` | x |\n## Task\n| `title` | x |\n')
  const declared = new Map([
    ['Snapshot', ['id', 'agentId']],
    ['Task', ['title']],
  ])
  expect(differences(page, declared)).toEqual(['planted.md, Snapshot: has gone,id, not id,agentId'])
})
