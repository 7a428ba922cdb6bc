import fs from 'node:fs/promises'
import path from 'node:path'
import { openStateStore } from '@descartes/sdk'
import { testStateStoreContract } from '@descartes/sdk/testing'
import type { QueryResult } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../store/tests/postgresql/database.ts'
import { execute } from '../../store/tests/postgresql/execute.ts'
import { postgresqlHarness } from './postgresql-harness.ts'

const HOW_TO = path.join(import.meta.dirname, '../../../docs/how-to')
const LOGIN = { username: 'descartes_partitions_app', password: 'change-me' }

let partitioned: TestDatabase

/** The SQL block of a page that begins so. The role is another than that of other tests: one server has them all. */
async function commandsOf(page: string, beginning: string): Promise<string> {
  const text = await fs.readFile(path.join(HOW_TO, page), 'utf8')
  const commands = text.split('```sql\n').find((block) => block.startsWith(beginning))
  return (commands as string).replace(/```.*/s, '').replaceAll('descartes_app', LOGIN.username)
}

const asOwner = (sql: string) => execute(partitioned.url, sql)
const asRole = (sql: string) => execute(Object.assign(new URL(partitioned.url), LOGIN).href, sql)

// Once, by the commands of the pages; the tests of the contract then get a copy.
beforeAll(async () => {
  partitioned = await createDatabase()
  await asOwner(await commandsOf('run-on-postgresql.md', 'CREATE ROLE'))
  await asOwner(await commandsOf('run-on-postgresql.md', 'ALTER TABLE agent_states SET'))
  await asOwner(await commandsOf('partition-postgresql.md', 'DO $$'))
})
afterAll(async () => {
  await asOwner(`DROP OWNED BY ${LOGIN.username}; DROP ROLE ${LOGIN.username}`)
  await partitioned.drop()
})

test('the tables are partitioned, with their triggers and policies', async () => {
  const { rows } = await asOwner(
    `SELECT c.relname AS name, (SELECT count(*)::int FROM pg_inherits i WHERE i.inhparent = c.oid) AS partitions,
       (SELECT count(*)::int FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) AS triggers,
       (SELECT count(*)::int FROM pg_policy p WHERE p.polrelid = c.oid) AS policies
     FROM pg_class c WHERE c.relkind = 'p' ORDER BY 1`,
  )
  expect(rows).toEqual([
    { name: 'agent_revisions', partitions: 8, triggers: 0, policies: 1 },
    { name: 'agent_states', partitions: 8, triggers: 2, policies: 1 },
    { name: 'events', partitions: 8, triggers: 2, policies: 1 },
    { name: 'items', partitions: 8, triggers: 1, policies: 1 },
    { name: 'sessions', partitions: 8, triggers: 0, policies: 1 },
    { name: 'state_snapshots', partitions: 8, triggers: 0, policies: 1 },
    { name: 'state_transitions', partitions: 8, triggers: 1, policies: 1 },
    { name: 'tasks', partitions: 8, triggers: 0, policies: 1 },
  ])
})

test('the storage settings came along, and can be set on the partitions', async () => {
  const settings = async () =>
    (await asOwner(`SELECT DISTINCT reloptions FROM pg_class WHERE relname ~ '^agent_states_\\d$'`)).rows
  const wanted = [{ reloptions: ['fillfactor=80', 'autovacuum_vacuum_scale_factor=0.02'] }]
  expect(await settings()).toEqual(wanted)
  await asOwner(`ALTER TABLE agent_states_3 RESET (fillfactor)`)
  expect(await settings()).not.toEqual(wanted)
  const page = await fs.readFile(path.join(HOW_TO, 'partition-postgresql.md'), 'utf8')
  const [, again = ''] = /sql\n(DO \$\$\nDECLARE\n {2}part .*?)```/s.exec(page) ?? []
  await asOwner(again.replace('fillfactor = 80', 'fillfactor = 70'))
  expect((await settings()).map(({ reloptions }) => [...reloptions].sort())).toEqual([
    ['autovacuum_vacuum_scale_factor=0.02', 'fillfactor=70'],
  ])
})

describe('the role of the application, made by the page', () => {
  const store = (namespace: string) =>
    openStateStore({ url: Object.assign(new URL(partitioned.url), LOGIN).href, namespace })

  test('keeps its rights on the tables, within a namespace', async () => {
    await using acme = await store('acme')
    await acme.saveAgentState({ agentId: 'a', name: 'A', status: 'idle', state: { of: 'acme' } })
    expect((await acme.loadAgentState('a'))?.state).toEqual({ of: 'acme' })
    expect(await acme.withNamespace('globex').loadAgentState('a')).toBeNull()
    expect((await asRole('SELECT * FROM agent_states')).rows).toEqual([])
  })

  test('reads and writes no partition, even when all tables are granted again', async () => {
    const recipe = await commandsOf('run-on-postgresql.md', 'CREATE ROLE')
    await asOwner(recipe.slice(recipe.indexOf('GRANT')))
    await using acme = await store('acme')
    await acme.transact(async (tx) => {
      for (let i = 0; i < 30; i++) await tx.withNamespace(`tenant-${i}`).saveTask({ id: 't', title: 'T' })
    })
    const { rows: partitions } = await asOwner(
      `SELECT relid::regclass::text AS name FROM pg_class c, pg_partition_tree(c.oid) WHERE c.relkind = 'p' AND isleaf`,
    )
    expect(partitions).toHaveLength(64)
    const statements = partitions.flatMap(({ name }) => [`SELECT FROM ${name}`, `DELETE FROM ${name}`])
    for (const namespace of ['', 'acme', 'tenant-1']) {
      const sql = [`SET descartes.namespace = '${namespace}'`, ...statements].join(';')
      const [, ...results] = (await asRole(sql)) as unknown as QueryResult[]
      expect(results.map(({ rowCount }) => rowCount)).toEqual(statements.map(() => 0))
      for (let part = 0; part < 8; part++) {
        const add = `INSERT INTO tasks_${part} (namespace, id, title) VALUES ('${namespace}', 'u', 'U')`
        await expect(asRole(`SET descartes.namespace = '${namespace}'; ${add}`)).rejects.toThrow(/row-level security/)
      }
    }
    expect((await asOwner('SELECT count(*)::int AS tasks FROM tasks')).rows).toEqual([{ tasks: 30 }])
  })

  test('control: without row-level security of its own, a partition lies open', async () => {
    const { rows } = await asOwner(
      'SELECT tableoid::regclass::text AS name, count(*)::int FROM tasks GROUP BY 1 LIMIT 1',
    )
    const [{ name, count }] = rows
    await asOwner(`ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY`)
    expect((await asRole(`SELECT * FROM ${name}`)).rows).toHaveLength(count)
  })
})

testStateStoreContract(postgresqlHarness('PostgreSQL in partitions', () => partitioned))
