import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { prisma } from './prisma-cli.ts'
import { root, temporaryFolder } from './temporary-folder.ts'

const drift = (schema: string) =>
  prisma(['migrate', 'diff', '--from-migrations', 'prisma/sqlite/migrations', '--to-schema', schema, '--exit-code'])

test('the migrations lead to the schema, and the full-text tables are no drift', () => {
  const { code, output } = drift('prisma/sqlite')
  expect(output).toContain('No difference detected')
  expect(code).toBe(0)
})

test.each([
  ['a column', / {2}name +String\n/, '  name String\n  nickname String?\n', 'nickname'],
  ['a partial index', /@@index\(\[namespace, status, agentId\].*\n/, '', '(namespace, status, agent_id)'],
  ['a default', /@default\(dbgenerated\(.*?\)\) @map\("created_at"\)/, '@map("created_at")', 'agent_states'],
])('a schema that differs by %s is caught', (_, before, after, named) => {
  const schema = path.join(temporaryFolder(), 'schema')
  fs.cpSync(path.join(root, 'prisma/sqlite'), schema, { recursive: true, dereference: true })
  const file = path.join(schema, 'models/agents.prisma')
  const text = fs.readFileSync(file, 'utf8')
  fs.writeFileSync(file, text.replace(before, after))
  expect(fs.readFileSync(file, 'utf8')).not.toBe(text)

  const { code, output } = drift(schema)
  expect(code).toBe(2)
  expect(output).toContain(named)
})
