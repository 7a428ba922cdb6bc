import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { type Database, prisma } from './prisma-cli.ts'
import { root, temporaryFolder } from './temporary-folder.ts'

const drift = (database: Database, schema = `prisma/${database}`) => {
  const migrations = `prisma/${database}/migrations`
  return prisma(
    ['migrate', 'diff', '--from-migrations', migrations, '--to-schema', schema, '--exit-code'],
    undefined,
    database,
  )
}

const DATABASES = ['sqlite', 'postgresql'] as const

test.each(DATABASES)('the migrations of %s lead to its schema, and what searches is no drift', (database) => {
  const { code, output } = drift(database)
  expect(output).toContain('No difference detected')
  expect(code).toBe(0)
})

const DIFFERENCES = [
  ['a column', /( {2}name +String)\n/, '$1\n  nickname String?\n', 'nickname'],
  ['a partial index', /@@index\(\[namespace, status, agentId\].*\n/, '', '(namespace, status, agent_id)'],
  [
    'a default',
    /@default\((?:dbgenerated\(.*?\)|now\(\))\) @map\("created_at"\)/,
    '@map("created_at")',
    'agent_states',
  ],
] as const
const CASES = DATABASES.flatMap((database) => DIFFERENCES.map((difference) => [database, ...difference] as const))

test.each(CASES)('a schema of %s that differs by %s is caught', (database, _, before, after, named) => {
  const schema = path.join(temporaryFolder(), 'schema')
  fs.cpSync(path.join(root, `prisma/${database}`), schema, { recursive: true, dereference: true })
  const file = path.join(schema, 'models/agents.prisma')
  const text = fs.readFileSync(file, 'utf8')
  fs.writeFileSync(file, text.replace(before, after))
  expect(fs.readFileSync(file, 'utf8')).not.toBe(text)

  const { code, output } = drift(database, schema)
  expect(code).toBe(2)
  expect(output).toContain(named)
})
