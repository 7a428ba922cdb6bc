import fs from 'node:fs/promises'
import path from 'node:path'
import { openStateStore } from '@descartes/sdk'
import { testStateStoreContract } from '@descartes/sdk/testing'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../store/tests/postgresql/database.ts'
import { postgresqlHarness } from './postgresql-harness.ts'

const PAGE = path.join(import.meta.dirname, '../../../docs/how-to/run-on-postgresql.md')
const LOGIN = { username: 'descartes_app', password: 'change-me' }

let granted: TestDatabase

async function run(sql: string, login = {}) {
  const client = new Client(Object.assign(new URL(granted.url), login).href)
  await client.connect()
  try {
    return await client.query(sql)
  } finally {
    await client.end()
  }
}

// By the commands of the page; each test then gets a copy of the database.
beforeAll(async () => {
  const [, commands] = /```sql\n(CREATE ROLE.*?)```/s.exec(await fs.readFile(PAGE, 'utf8')) ?? []
  granted = await createDatabase()
  await run(commands as string)
})
afterAll(async () => {
  await run(`DROP OWNED BY ${LOGIN.username}; DROP ROLE ${LOGIN.username}`)
  await granted.drop()
})

test('control: the wall is there for the role, and not for the owner', async () => {
  const wall = `SELECT row_security_active('agent_states') AS "isThere"`
  expect((await run(wall, LOGIN)).rows).toEqual([{ isThere: true }])
  expect((await run(wall)).rows).toEqual([{ isThere: false }])
})

test('a purge says that it may not write the files anew, and as the owner that it has', async () => {
  for (const [login, isScrubbed] of [
    [LOGIN, false],
    [{}, true],
  ] as const) {
    await using store = await openStateStore({ url: Object.assign(new URL(granted.url), login).href })
    await store.saveAgentState({ agentId: 'a', name: 'A', status: 'new', state: 1 })
    expect(await store.purgeAgent('a')).toMatchObject({ agents: 1, isScrubbed })
  }
})

testStateStoreContract(postgresqlHarness('PostgreSQL, as a role that does not own the tables', () => granted, LOGIN))
