import type { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { connect, valuesOf } from './connect.ts'
import { temporaryDatabase } from './database.ts'

// What the triggers promise to every door: ours, Prisma's, and a bare `psql`.

const EVENT = 'INSERT INTO events (namespace, id, seq, event_type, session_id, actor_type, actor_id, content)'
const TRANSITION = 'INSERT INTO state_transitions (namespace, id, agent_id, seq, state_before, state_after)'
const WAITING = `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`

const openNew = async () => connect(await temporaryDatabase())
const another = (client: Client) =>
  connect(`postgresql://postgres:postgres@${client.host}:${client.port}/${client.database}`)

const save = async (client: Client, id: string, { namespace = 'n', seq = 0 } = {}): Promise<number> => {
  const values = [namespace, id, seq]
  const { rows } = await client.query(
    `${EVENT} VALUES ($1, $2, $3, 't', 's', 'user', 'u', '') RETURNING seq::int`,
    values,
  )
  return rows[0].seq
}
const move = async (client: Client, id: string, agent = 'a', namespace = 'n'): Promise<number> => {
  const values = [namespace, id, agent]
  return (await client.query(`${TRANSITION} VALUES ($1, $2, $3, 0, 'x', 'y') RETURNING seq`, values)).rows[0].seq
}
const ids = (client: Client) => valuesOf(client, `SELECT id FROM events WHERE namespace = 'n' ORDER BY seq`)

describe('events', () => {
  it('are numbered in their order, and told their numbers', async () => {
    const client = await openNew()
    expect([await save(client, 'a'), await save(client, 'b'), await save(client, 'c', { namespace: 'm' })]).toEqual([
      1, 2, 3,
    ])
    const { rows } = await client.query(
      `${EVENT} VALUES ('n', 'd', 0, 't', 's', 'user', 'u', ''), ('n', 'e', 0, 't', 's', 'user', 'u', '') RETURNING seq::int`,
    )
    expect(rows).toEqual([{ seq: 4 }, { seq: 5 }])
    expect(await ids(client)).toEqual(['a', 'b', 'd', 'e'])
  })

  it('cannot choose a number, nor change it', async () => {
    const client = await openNew()
    await save(client, 'a')
    for (const seq of [1, 2, 3, -1]) await expect(save(client, 'b', { seq })).rejects.toThrow('leave seq out')
    await expect(client.query('UPDATE events SET seq = 9')).rejects.toThrow('never changes')
    await client.query(`UPDATE events SET seq = seq, content = 'other'`)
  })

  it('never get the number of one that was deleted', async () => {
    const client = await openNew()
    for (const id of ['a', 'b']) await save(client, id)
    await client.query('DELETE FROM events')
    expect(await save(client, 'c')).toBe(3)
  })

  it('are never committed before one with a smaller number, so that nobody who reads on misses any', async () => {
    const first = await openNew()
    const second = await another(first)
    const reader = await another(first)
    await first.query('BEGIN')
    await save(first, 'first')
    const saved = save(second, 'second')
    await expect.poll(() => valuesOf(reader, WAITING)).toEqual([1])
    expect(await ids(reader)).toEqual([])
    expect(await save(reader, 'elsewhere', { namespace: 'm' })).toBe(2)
    await first.query('COMMIT')
    expect(await saved).toBe(3)
    expect(await ids(reader)).toEqual(['first', 'second'])
  })

  it('are read on without a gap while many write', async () => {
    const reader = await openNew()
    const writers = await Promise.all(Array.from({ length: 6 }, () => another(reader)))
    let isDone = false
    const written = Promise.all(
      writers.map(async (client, w) => {
        for (let i = 0; i < 40; i++) await save(client, `${w}-${i}`)
      }),
    ).finally(() => {
      isDone = true
    })
    const seen: number[] = []
    for (let last = false; !last; ) {
      last = isDone
      const after = seen.at(-1) ?? 0
      seen.push(
        ...((await valuesOf(
          reader,
          `SELECT seq::int FROM events WHERE namespace = 'n' AND seq > $1 ORDER BY seq LIMIT 7`,
          [after],
        )) as number[]),
      )
      if (last && seen.length < 240) last = seen.at(-1) === after
    }
    await written
    expect(seen).toHaveLength(240)
  })

  it('control: numbers that no lock keeps in the order of commits make a reader miss one', async () => {
    const first = await openNew()
    const second = await another(first)
    await first.query(
      `DROP TRIGGER events_assign_seq ON events; ALTER TABLE events ALTER seq SET DEFAULT nextval('events_seq')`,
    )
    const insert = `INSERT INTO events (namespace, id, event_type, session_id, actor_type, actor_id, content) VALUES ('n', $1, 't', 's', 'user', 'u', '')`
    await first.query('BEGIN')
    await first.query(insert, ['first'])
    await second.query(insert, ['second'])
    const [seen] = await valuesOf(second, 'SELECT max(seq)::int FROM events')
    await first.query('COMMIT')
    expect(await valuesOf(second, 'SELECT id FROM events WHERE seq > $1', [seen])).toEqual([])
  })

  it('keep their numbers when a whole store is copied, and new ones come after them', async () => {
    const client = await openNew()
    for (const first of [1, 41]) {
      await client.query('BEGIN; SET LOCAL descartes.copying = on')
      await save(client, `copied-${first}`, { seq: first })
      await client.query('COMMIT')
      expect(await save(client, `next-${first}`)).toBe(first + 1)
      await expect(save(client, 'chosen', { seq: 99 })).rejects.toThrow('leave seq out')
    }
  })
})

describe('transitions', () => {
  it('are numbered within their agent and namespace', async () => {
    const client = await openNew()
    const numbers = [
      await move(client, '1'),
      await move(client, '2'),
      await move(client, '3', 'b'),
      await move(client, '4', 'a', 'm'),
    ]
    expect(numbers).toEqual([1, 2, 1, 1])
    const { rows } = await client.query(
      `${TRANSITION} SELECT 'n', 'x' || i, 'a', 0, 'x', 'y' FROM generate_series(1, 3) i RETURNING seq`,
    )
    expect(rows.map(({ seq }) => seq)).toEqual([3, 4, 5])
  })

  it('of one agent get numbers of their own when many are recorded at once', async () => {
    const clients = [await openNew()]
    while (clients.length < 6) clients.push(await another(clients[0] as Client))
    await Promise.all(
      clients.map(async (client, c) => {
        for (let i = 0; i < 20; i++) await move(client, `${c}-${i}`)
      }),
    )
    expect(await valuesOf(clients[0] as Client, 'SELECT seq FROM state_transitions ORDER BY seq')).toEqual(
      Array.from({ length: 120 }, (_, i) => i + 1),
    )
  })
})

describe('an agent', () => {
  const AGENT = `INSERT INTO agent_states (agent_id, name, status, state_data, recorded_version) VALUES ('a', 'A', 'idle', '{}', 1)`
  const recorded = (client: Client) => valuesOf(client, 'SELECT recorded_version FROM agent_states')
  const openWithAgent = async () => {
    const client = await openNew()
    await client.query(`${AGENT}; UPDATE agent_states SET recorded_version = 1`)
    expect(await recorded(client)).toEqual([1])
    return client
  }

  it('that is inserted is not taken for one that the history holds', async () => {
    const client = await openNew()
    await client.query(AGENT)
    expect(await recorded(client)).toEqual([null])
  })

  it('that the store inserts says by its sign that the history holds it, and no other version', async () => {
    const client = await openNew()
    await client.query(AGENT.replace(', 1)', ', -1)'))
    await client.query(AGENT.replace("('a'", "('b'").replace(', 1)', ', -2)'))
    expect(await valuesOf(client, 'SELECT recorded_version FROM agent_states ORDER BY agent_id')).toEqual([1, null])
  })

  it('that comes with its whole store is', async () => {
    const client = await openNew()
    await client.query(`BEGIN; SET LOCAL descartes.copying = on; ${AGENT}; COMMIT`)
    expect(await recorded(client)).toEqual([1])
  })

  it.each(['name', 'status', 'state_data'])(
    'whose %s is changed past the store is none that the history holds',
    async (column) => {
      const client = await openWithAgent()
      await client.query(`UPDATE agent_states SET ${column} = '{"changed": true}'`)
      expect(await recorded(client)).toEqual([null])
    },
  )

  it('that the store changes is, and one that is only deleted stays it', async () => {
    const client = await openWithAgent()
    await client.query(`UPDATE agent_states SET state_data = '[]', version = 2, recorded_version = 2`)
    await client.query('UPDATE agent_states SET deleted_at = now()')
    expect(await recorded(client)).toEqual([2])
  })
})

it.each([
  ['tasks', 'status', `INSERT INTO tasks (id, title, status) VALUES ('t', 'T', 'paused')`],
  ['sessions', 'status', `INSERT INTO sessions (id, agent_id, status) VALUES ('s', 'a', 'paused')`],
  ['events', 'actor_type', `${EVENT} VALUES ('n', 'e', 0, 't', 's', 'robot', 'u', '')`],
])('%s take only what their %s may be', async (table, column, insert) => {
  await expect((await openNew()).query(insert)).rejects.toThrow(`${table}_${column}_check`)
})

it('keys are in the order of their bytes, as on SQLite', async () => {
  const client = await openNew()
  for (const id of ['b', 'B', 'ä', 'a-b', 'ab', 'Z', '10', '9', '😀']) await save(client, id)
  const sorted = await valuesOf(client, 'SELECT id FROM events ORDER BY id')
  expect(sorted).toEqual(['10', '9', 'B', 'Z', 'a-b', 'ab', 'b', 'ä', '😀'])
})
