import fs from 'node:fs/promises'
import path from 'node:path'
import { testStateStoreContract } from '@descartes/sdk/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../store/tests/postgresql/database.ts'
import { execute } from '../../store/tests/postgresql/execute.ts'
import { postgresqlHarness } from './postgresql-harness.ts'

const PAGE = path.join(import.meta.dirname, '../../../docs/how-to/partition-postgresql.md')

let partitioned: TestDatabase

// Once, by the commands of the page; each test then gets a copy.
beforeAll(async () => {
  const [, commands] = /```sql\n(.*?)```/s.exec(await fs.readFile(PAGE, 'utf8')) ?? []
  partitioned = await createDatabase()
  await execute(partitioned.url, commands as string)
})
afterAll(() => partitioned.drop())

test('the tables are partitioned, with their triggers and policies', async () => {
  const { rows } = await execute(
    partitioned.url,
    `SELECT c.relname AS name, (SELECT count(*)::int FROM pg_inherits i WHERE i.inhparent = c.oid) AS partitions,
       (SELECT count(*)::int FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) AS triggers,
       (SELECT count(*)::int FROM pg_policy p WHERE p.polrelid = c.oid) AS policies
     FROM pg_class c WHERE c.relkind = 'p' ORDER BY 1`,
  )
  expect(rows).toEqual([
    { name: 'agent_revisions', partitions: 8, triggers: 0, policies: 1 },
    { name: 'agent_states', partitions: 8, triggers: 2, policies: 1 },
    { name: 'events', partitions: 8, triggers: 2, policies: 1 },
    { name: 'sessions', partitions: 8, triggers: 0, policies: 1 },
    { name: 'state_snapshots', partitions: 8, triggers: 0, policies: 1 },
    { name: 'state_transitions', partitions: 8, triggers: 1, policies: 1 },
    { name: 'tasks', partitions: 8, triggers: 0, policies: 1 },
  ])
})

testStateStoreContract(postgresqlHarness('PostgreSQL in partitions', () => partitioned))
