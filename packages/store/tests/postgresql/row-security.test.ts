import type { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { connect, valuesOf } from './connect.ts'
import { temporaryDatabase } from './database.ts'
import { tenantRole } from './tenant-role.ts'

const TASK = 'INSERT INTO tasks (namespace, id, title) VALUES ($1, $2, $3)'

/** A database with a task of each of two tenants, its owner, and a role that does not own it. */
async function openAsTenant(): Promise<{ owner: Client; tenant: Client }> {
  const url = await temporaryDatabase()
  const owner = await connect(url)
  const role = await tenantRole(url)
  await owner.query(TASK, ['acme', 't', 'of acme'])
  await owner.query(TASK, ['globex', 't', 'of globex'])
  return { owner, tenant: await connect(role) }
}

async function within<T>(client: Client, namespace: string, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN')
  try {
    await client.query(`SELECT set_config('descartes.namespace', $1, true)`, [namespace])
    return await work()
  } finally {
    await client.query('COMMIT')
  }
}

describe('a role that does not own the tables', () => {
  it('sees only the rows of its transaction, though the query forgot its filter', async () => {
    const { tenant } = await openAsTenant()
    const titles = () => valuesOf(tenant, 'SELECT title FROM tasks')
    expect(await within(tenant, 'acme', titles)).toEqual(['of acme'])
    expect(await within(tenant, 'globex', titles)).toEqual(['of globex'])
    expect(await within(tenant, 'nobody', titles)).toEqual([])
  })

  it('sees no row of any table without a namespace, before, between and after transactions', async () => {
    const { owner, tenant } = await openAsTenant()
    for (const [table, insert] of Object.entries(rowOf)) {
      for (const namespace of ['acme', '']) await owner.query(insert, [namespace])
      expect((await valuesOf(owner, `SELECT 1 FROM ${table}`)).length, table).toBeGreaterThan(1)
      const rows = () => valuesOf(tenant, `SELECT 1 FROM ${table}`)
      expect(await rows(), table).toEqual([])
      expect((await within(tenant, 'acme', rows)).length, table).toBeGreaterThan(0)
      expect(await rows(), table).toEqual([])
      expect(await within(tenant, '', rows), table).toEqual([])
    }
  })

  it('can neither change, remove nor add rows of others', async () => {
    const { owner, tenant } = await openAsTenant()
    await within(tenant, 'acme', async () => {
      expect((await tenant.query(`UPDATE tasks SET title = 'mine' WHERE title = 'of globex'`)).rowCount).toBe(0)
      expect((await tenant.query(`DELETE FROM tasks WHERE namespace = 'globex'`)).rowCount).toBe(0)
    })
    await expect(within(tenant, 'acme', () => tenant.query(TASK, ['globex', 'new', 'x']))).rejects.toThrow(
      /row-level security/,
    )
    const moving = within(tenant, 'acme', () => tenant.query(`UPDATE tasks SET namespace = 'globex', id = 'moved'`))
    await expect(moving).rejects.toThrow(/row-level security/)
    expect(await valuesOf(owner, 'SELECT title FROM tasks ORDER BY namespace')).toEqual(['of acme', 'of globex'])
  })

  it('can do what a store does with its own rows', async () => {
    const { tenant } = await openAsTenant()
    await within(tenant, 'acme', async () => {
      await tenant.query(TASK, ['acme', 'new', 'another'])
      for (const [table, insert] of Object.entries(rowOf)) if (table !== 'tasks') await tenant.query(insert, ['acme'])
      expect(await valuesOf(tenant, `SELECT id FROM events WHERE words @@ search_query('acme', '{word}')`)).toEqual([
        'x',
      ])
    })
  })

  it('cannot take the wall down', async () => {
    const { tenant } = await openAsTenant()
    await expect(tenant.query('ALTER TABLE tasks DISABLE ROW LEVEL SECURITY')).rejects.toThrow(/owner/)
  })
})

it('the owner, who migrates and moves stores, sees all namespaces', async () => {
  const { owner } = await openAsTenant()
  expect(await valuesOf(owner, 'SELECT title FROM tasks ORDER BY 1')).toEqual(['of acme', 'of globex'])
})

it('every table of the store has the wall', async () => {
  const client = await connect(await temporaryDatabase())
  const open = `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relrowsecurity`
  expect(await valuesOf(client, open)).toEqual(['_prisma_migrations'])
})

const rowOf: Record<string, string> = {
  agent_states: `INSERT INTO agent_states (namespace, agent_id, name, status, state_data) VALUES ($1, 'x', 'X', 'idle', '{}'), ($1, 'y', 'Y', 'idle', '{}')`,
  agent_revisions: `INSERT INTO agent_revisions (namespace, agent_id, version, kind, status, size, chain_bytes, chain_start, data) VALUES ($1, 'x', 1, 'plain', 'idle', 0, 0, 1, '')`,
  state_transitions: `INSERT INTO state_transitions (namespace, id, agent_id, state_before, state_after) VALUES ($1, 'x', 'x', 'a', 'b')`,
  state_snapshots: `INSERT INTO state_snapshots (namespace, id, agent_id, agent_version) VALUES ($1, 'x', 'x', 1)`,
  events: `INSERT INTO events (namespace, id, event_type, session_id, actor_type, actor_id, content) VALUES ($1, 'x', 't', 's', 'user', 'u', 'a word')`,
  items: `INSERT INTO items (namespace, path, key, text, value) VALUES ($1, '["x"]', 'x', 'a word', '1')`,
  sessions: `INSERT INTO sessions (namespace, id, agent_id) VALUES ($1, 'x', 'x')`,
  tasks: `INSERT INTO tasks (namespace, id, title) VALUES ($1, 'x', 'X')`,
}
