import fs from 'node:fs'
import { moveStore, openStateStore } from '@descartes/sdk'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { execute } from '../../../store/tests/postgresql/execute.ts'
import { openRelay } from '../../../store/tests/postgresql/relay.ts'
import { contentOf, fillStore, said } from './mixed-store.ts'
import { type Kind, places, temporaryFolder } from './places.ts'

const kinds: Kind[] = ['SQLite', 'PostgreSQL']

/** Runs one statement on a database, past all stores. */
async function tamper(url: string, sql: string): Promise<void> {
  if (url.startsWith('file:')) {
    const database = new Database(url.slice('file:'.length))
    database.exec(sql)
    database.close()
    return
  }
  await execute(url, sql)
}

test.for(kinds)('a %s target with rows in it is refused, and with force emptied first', async (kind, { expect }) => {
  const [source, target] = [await places.SQLite(), await places[kind]()]
  await fillStore(source)
  const store = await openStateStore({ url: target, namespace: 'other' })
  await store.saveTask({ id: 'mine', title: 'Mine' })
  await store.saveEvents([said({ content: 'stale words' }), said({ content: 'more stale words' })])
  await expect(moveStore({ from: source, to: target })).rejects.toMatchObject({ code: 'MOVE_REFUSED' })
  expect(await store.getTask('mine')).not.toBeNull()
  await store.close()
  await moveStore({ from: source, to: target, force: true })
  const moved = await openStateStore({ url: target, namespace: 'acme' })
  expect((await moved.searchEvents('stale')).items).toEqual([])
  await moved.close()
  const content = await contentOf(target, ['other', 'acme'])
  expect(content).toEqual(await contentOf(source, ['other', 'acme']))
})

const ACME_LARGE = { namespace: 'acme', agent_id: 'large' }

/** A row, a column of it, and another value; none where the row gets lost. */
const faults = [
  { table: 'agent_states', key: ACME_LARGE, column: 'state_data', value: "'{}'" },
  { table: 'agent_revisions', key: { ...ACME_LARGE, version: 3 }, column: 'reverse_delta', value: 'NULL' },
  { table: 'agent_revisions', key: { ...ACME_LARGE, version: 4 }, column: 'checksum', value: '12' },
  { table: 'tasks', key: { namespace: 'acme', id: 'one' }, column: 'metadata', value: "'8'" },
  {
    table: 'sessions',
    key: { namespace: 'acme', id: 'open' },
    column: 'started_at',
    value: "'2026-01-02T03:04:05.678+00:00'",
  },
  { table: 'events', key: { namespace: 'acme', id: 'chosen' }, column: 'all', value: '' },
] as const

const is = (key: object, row = '') =>
  Object.entries(key)
    .map(([name, value]) => `${row}${name} = '${value}'`)
    .join(' AND ')

test.for(faults)(
  'control: what happens to $column in $table is found on SQLite',
  async ({ table, key, column, value }, { expect }) => {
    const [source, target] = [await places.SQLite(), await places.SQLite()]
    await fillStore(source)
    const sql = column === 'all' ? `DELETE FROM ${table}` : `UPDATE ${table} SET ${column} = ${value}`
    let isCopied = false
    const moved = moveStore({
      from: source,
      to: target,
      onProgress: (now) => {
        // The last table is copied.
        if (now.phase === 'copy' && now.table === 'tasks' && now.done === now.total && !isCopied) {
          isCopied = true
          void tamper(target, `${sql} WHERE ${is(key)}`)
        }
      },
    })
    const error = await moved.catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'MOVE_MISMATCH', table, key })
    expect(error.message).toContain(column === 'all' ? 'the target does not hold it' : column)
  },
)

test.for(faults)(
  'control: what happens to $column in $table is found on PostgreSQL',
  async ({ table, key, column, value }, { expect }) => {
    const [source, target] = [await places.SQLite(), await places.PostgreSQL()]
    await fillStore(source)
    await (await openStateStore({ url: target })).close()
    const act = column === 'all' ? 'RETURN NULL' : `NEW.${column} := ${value}`
    await tamper(
      target,
      `CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF ${is(key, 'NEW.')} THEN ${act}; END IF; RETURN NEW; END $$;
     CREATE TRIGGER fault BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION fault()`,
    )
    const error = await moveStore({ from: source, to: target }).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'MOVE_MISMATCH', table, key })
    expect(error.message).toContain(column === 'all' ? 'the target does not hold it' : column)
  },
)

test.for(kinds)('whoever writes to a %s source meanwhile is noticed', async (kind, { expect }) => {
  const [source, target] = [await places[kind](), await places.SQLite()]
  await fillStore(source)
  const store = await openStateStore({ url: source })
  let written: Promise<unknown> | undefined
  const onProgress = () => {
    written ??= store.saveTask({ id: 'late', title: 'Late' })
  }
  const moved = moveStore({ from: source, to: target, batchRows: 1, onProgress })
  await expect(moved).rejects.toMatchObject({ code: 'SOURCE_CHANGED' })
  await written
  await store.close()
  await moveStore({ from: source, to: target, force: true })
  expect(await contentOf(target)).toEqual(await contentOf(source))
})

test('a move from another database is not taken up', async () => {
  const [one, other, target] = [await places.SQLite(), await places.SQLite(), await places.SQLite()]
  await Promise.all([fillStore(one), fillStore(other)])
  const onProgress = () => {
    throw new Error('stop')
  }
  await expect(moveStore({ from: one, to: target, onProgress })).rejects.toThrow('stop')
  await expect(moveStore({ from: other, to: target })).rejects.toMatchObject({ code: 'MOVE_REFUSED' })
  expect((await moveStore({ from: other, to: target, force: true })).resumed).toBe(false)
})

test.for(kinds)('a %s database is not moved into itself, not even with force', async (kind, { expect }) => {
  const url = await places[kind]()
  await fillStore(url)
  const before = await contentOf(url)
  await expect(moveStore({ from: url, to: url, force: true })).rejects.toMatchObject({ code: 'MOVE_REFUSED' })
  expect(await contentOf(url)).toEqual(before)
})

test.for([
  ['description', `'nul' || char(0) || '!'`, 'description holds U+0000, which PostgreSQL cannot store'],
  ['metadata', `'{"note": "nul\\u0000!"}'`, 'metadata holds U+0000, which PostgreSQL cannot store'],
  ['created_at', `'yesterday or so'`, 'created_at: invalid input syntax'],
] as const)('a row that the target cannot hold is named, and its %s', async ([column, value, reason], { expect }) => {
  const [source, target] = [await places.SQLite(), await places.PostgreSQL()]
  await fillStore(source)
  await tamper(source, `UPDATE tasks SET ${column} = ${value} WHERE id = 'two' AND namespace = 'acme'`)
  await expect(moveStore({ from: source, to: target })).rejects.toMatchObject({
    code: 'ROW_REFUSED',
    table: 'tasks',
    key: { namespace: 'acme', id: 'two' },
    message: expect.stringContaining(reason),
  })
})

test('a move that loses its server says that what was copied is kept, and goes on later', async () => {
  const [source, target] = [await places.SQLite(), await places.PostgreSQL()]
  await fillStore(source)
  const relay = await openRelay(target)
  let batches = 0
  const onProgress = () => {
    if (++batches === 5) void relay.cut()
  }
  const error = await moveStore({ from: source, to: relay.url, batchRows: 5, onProgress }).catch((thrown) => thrown)
  expect(error).toMatchObject({ code: 'STORAGE_FAILED', retryable: true })
  expect(error.message).toContain('run the same move again, and it goes on')
  expect(error.message).not.toContain('nothing was stored')
  expect(await moveStore({ from: source, to: target })).toMatchObject({ resumed: true })
  expect(await contentOf(target)).toEqual(await contentOf(source))
})

test('a source that does not exist is refused as such, and is not made', async () => {
  const folder = temporaryFolder()
  for (const file of ['none.db', 'missing/none.db']) {
    const moved = moveStore({ from: `file:${folder}/${file}`, to: `file:${folder}/target.db` })
    const message = expect.stringContaining('the file does not exist')
    await expect(moved).rejects.toMatchObject({ code: 'CANNOT_OPEN', message })
  }
  expect(fs.readdirSync(folder)).toEqual([])
})

test('a server that asks for a password that there is not is answered with where to write it', async () => {
  const source = Object.assign(new URL(await places.PostgreSQL()), { password: '' }).href
  const moved = moveStore({ from: source, to: await places.SQLite() })
  await expect(moved).rejects.toMatchObject({ code: 'CANNOT_OPEN', message: expect.stringContaining('PGPASSWORD') })
})

test.for(kinds)('a move into a %s database that is run again says that it is finished', async (kind, { expect }) => {
  const [source, target] = [await places.SQLite(), await places[kind]()]
  await fillStore(source)
  await moveStore({ from: source, to: target })
  const again = () => moveStore({ from: source, to: target })
  await expect(again()).rejects.toMatchObject({
    code: 'MOVE_REFUSED',
    message: expect.stringContaining('there is nothing to move'),
  })
  // As many rows, and others.
  await tamper(target, `UPDATE tasks SET title = 'Other' WHERE id = 'two' AND namespace = 'acme'`)
  await expect(again()).rejects.toMatchObject({ code: 'MOVE_REFUSED', message: expect.stringContaining('not empty') })
})

test('what cannot be moved is refused', async () => {
  const [source, target] = [await places.SQLite(), await places.SQLite()]
  await expect(moveStore({ from: ':memory:', to: target })).rejects.toMatchObject({ code: 'MOVE_REFUSED' })
  await expect(moveStore({ from: source, to: target })).rejects.toMatchObject({ code: 'CANNOT_OPEN' })
  await expect(moveStore({ from: source, to: target, batchRows: 0 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  await tamper(source, 'CREATE TABLE notes (text)')
  await expect(moveStore({ from: source, to: target })).rejects.toMatchObject({ code: 'CANNOT_OPEN' })
})

test('a role that is held to a namespace does not move its rows for the whole', async () => {
  const [source, target] = [await places.PostgreSQL(), await places.SQLite()]
  await fillStore(source)
  const role = `app_${process.pid}`
  await tamper(
    source,
    `CREATE ROLE ${role} LOGIN PASSWORD 'app'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO ${role}`,
  )
  const url = Object.assign(new URL(source), { username: role, password: 'app' }).href
  await expect(moveStore({ from: url, to: target })).rejects.toThrow('connect as the owner')
  expect(fs.existsSync(target.slice('file:'.length))).toBe(false)
  await tamper(source, `DROP OWNED BY ${role}; DROP ROLE ${role}`)
})

test.for(kinds)('of two moves into one %s database, one is refused', async (kind, { expect }) => {
  const [source, target] = [await places.SQLite(), await places[kind]()]
  await fillStore(source)
  const move = () => moveStore({ from: source, to: target, batchRows: 20 }).catch((error) => error.code)
  const outcomes = await Promise.all([move(), move()])
  const refused = outcomes.filter((outcome) => typeof outcome === 'string')
  expect(refused).toHaveLength(1)
  expect(['MOVE_REFUSED', 'MOVE_UNFINISHED']).toContain(refused[0])
  expect(await contentOf(target)).toEqual(await contentOf(source))
})
