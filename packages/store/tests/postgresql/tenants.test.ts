import fs from 'node:fs/promises'
import path from 'node:path'
import { Connection } from 'pg'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Engine, Executor } from '../../src/engine.ts'
import { openEngine } from '../../src/open-engine.ts'
import { execute, type Operation, query, statement } from '../../src/operation.ts'
import { loadAgent, loadTask, saveAgent, saveEvents, saveTask, searchEvents } from '../../src/operations.ts'
import { agent, event } from '../samples.ts'
import { connect, valuesOf } from './connect.ts'
import { temporaryDatabase } from './database.ts'
import { tenantRole } from './tenant-role.ts'

const PAGE = path.join(import.meta.dirname, '../../../../docs/how-to/run-on-postgresql.md')

const TASK = { description: undefined, status: undefined, assignedTo: undefined, metadata: undefined }
/** Statements whose author forgot the namespace. */
const ALL_TITLES = statement<{ title: string }>('SELECT title FROM tasks ORDER BY title')
const RENAME_ALL = statement('UPDATE tasks SET title = ?')

const titles = function* (): Operation<string[]> {
  return (yield* query(ALL_TITLES, [])).map(({ title }) => title)
}
/** More than one statement, as what needs a snapshot. */
const titlesTwice = function* (): Operation<string[]> {
  return [...(yield* titles()), ...(yield* titles())]
}
const add = (namespace: string, id: string) => () =>
  saveTask(namespace, { ...TASK, id, title: `${id} of ${namespace}` })
/** Enough for a transaction of their own. */
const addTwo = (namespace: string, ...ids: [string, string]) =>
  function* () {
    for (const id of ids) yield* add(namespace, id)()
  }

/** A store's engine that does not own the tables, on one connection, with a task of each of two tenants. */
async function open(maxConnections = 1): Promise<{ engine: Engine; acme: Executor; globex: Executor }> {
  const url = await temporaryDatabase()
  const engine = await openEngine({ url: await tenantRole(url), maxConnections })
  onTestFinished(() => engine.close())
  const [acme, globex] = [engine.within('acme'), engine.within('globex')]
  await acme.write(add('acme', 't'))
  await globex.write(add('globex', 't'))
  return { engine, acme, globex }
}

describe('tenants that write at the same time', () => {
  it.each([15, 16, 17])('are all answered: %i of them', async (tenants) => {
    const { engine } = await open()
    const names = Array.from({ length: tenants }, (_, i) => `tenant-${i}`)
    const saveAll = () =>
      Promise.all(names.map((name, i) => engine.within(name).write(() => saveAgent(name, agent(`agent-${i}`)))))
    await saveAll()
    expect((await saveAll()).map(({ version }) => version)).toEqual(names.map(() => 2))
  })
})

describe('behind the wall, a statement that forgot its namespace', () => {
  it('sees the rows of its own alone; without one, none', async () => {
    const { engine, acme, globex } = await open()
    for (const [executor, seen] of [
      [acme, ['t of acme']],
      [engine, []],
      [globex, ['t of globex']],
      [acme.within('globex'), ['t of globex']],
      [engine.within('nobody'), []],
    ] as const) {
      expect(await executor.read(titles)).toEqual(seen)
      expect(await executor.read(titlesTwice)).toEqual([...seen, ...seen])
      expect(await executor.write(titlesTwice)).toEqual([...seen, ...seen])
    }
    expect(await engine.read(titles)).toEqual([])
  })

  it('changes the rows of its own alone, by itself and in a batch with others', async () => {
    const { engine, acme, globex } = await open()
    const rename = (title: string) => () => execute(RENAME_ALL, [title])
    await acme.write(rename('renamed'))
    expect([await acme.read(titles), await globex.read(titles)]).toEqual([['renamed'], ['t of globex']])
    const writes = [engine, acme, globex, acme, globex, engine].map((executor, i) => executor.write(rename(`by ${i}`)))
    await Promise.all(writes)
    expect([await acme.read(titles), await globex.read(titles)]).toEqual([['by 3'], ['by 4']])
  })

  it('does so in transactions, their savepoints, and after what was rolled back', async () => {
    const { acme } = await open()
    await acme.transact(async (tx) => {
      expect(await tx.read(titles)).toEqual(['t of acme'])
      const failing = tx.within('globex').transact(async (inner) => {
        expect(await inner.read(titles)).toEqual(['t of globex'])
        await inner.write(add('globex', 'u'))
        throw new Error('changed my mind')
      })
      await expect(failing).rejects.toThrow('changed my mind')
      expect(await tx.read(titles)).toEqual(['t of acme'])
      expect(await tx.within('globex').read(titles)).toEqual(['t of globex'])
      await tx.transact((inner) => inner.write(add('acme', 'u')))
    })
    expect(await acme.read(titles)).toEqual(['t of acme', 'u of acme'])
  })

  it('does so through Prisma, by itself and in transactions of either kind', async () => {
    const { engine, acme, globex } = await open()
    const seen = async ({ prisma }: Executor) => (await prisma.task.findMany()).map(({ title }) => title)
    expect([await seen(acme), await seen(engine), await seen(globex)]).toEqual([['t of acme'], [], ['t of globex']])
    await acme.prisma.task.updateMany({ data: { title: 'renamed' } })
    const isolationLevel = 'Serializable'
    const counts = await acme.prisma.$transaction([acme.prisma.task.count(), acme.prisma.task.count()], {
      isolationLevel,
    })
    expect(counts).toEqual([1, 1])
    const inside = await acme.prisma.$transaction(async (tx) => [
      await tx.task.count(),
      await tx.task.count({ where: { title: 'renamed' } }),
      Number((await tx.$queryRaw<{ count: bigint }[]>`SELECT count(*) FROM tasks`)[0]?.count),
    ])
    expect(inside).toEqual([1, 1, 1])
    await acme.transact(async (tx) => {
      expect(await seen(tx)).toEqual(['renamed'])
      expect(await tx.prisma.$transaction((inner) => inner.task.count())).toBe(1)
      expect(await seen(tx.within('globex'))).toEqual(['t of globex'])
    })
    await expect(acme.prisma.task.create({ data: { namespace: 'globex', id: 'v', title: 'V' } })).rejects.toThrow()
    expect([await seen(engine), await engine.read(titles)]).toEqual([[], []])
  })
})

describe('behind the wall', () => {
  it('writes of several tenants that come together are one batch, and each gets its own', async () => {
    const { engine, acme, globex } = await open()
    const before = engine.stats().writes
    const calls = Array.from({ length: 20 }, (_, i) => [i % 3 === 0 ? 'globex' : 'acme', `a${i % 7}`] as const)
    const saved = await Promise.all(
      calls.map(([namespace, id]) =>
        engine.within(namespace).write(() => saveAgent(namespace, agent(id, { name: `${id} of ${namespace}` }))),
      ),
    )
    expect(engine.stats().writes.replays).toBe(before.replays)
    expect(saved.map(({ name }) => name)).toEqual(calls.map(([namespace, id]) => `${id} of ${namespace}`))
    for (const [executor, namespace] of [
      [acme, 'acme'],
      [globex, 'globex'],
    ] as const) {
      const found = await executor.read(() => loadAgent(namespace, 'a0'))
      expect(found).toMatchObject({ name: `a0 of ${namespace}` })
    }
  })

  it('a search finds what is there of its own tenant', async () => {
    const { acme, globex } = await open()
    for (const [executor, namespace] of [
      [acme, 'acme'],
      [globex, 'globex'],
    ] as const)
      await executor.write(() => saveEvents(namespace, [event(namespace, { content: `a word of ${namespace}` })]))
    const search = { terms: ['word'], sessionId: undefined, eventType: undefined, position: undefined, limit: 10 }
    const { hits } = await acme.read(() => searchEvents('acme', search))
    expect(hits.map(({ content }) => content)).toEqual(['a word of acme'])
  })

  it('a search asks the full-text index only where its operator is trusted, as the page says', async () => {
    const url = await temporaryDatabase()
    const [owner, tenant] = [await connect(url), await connect(await tenantRole(url))]
    await owner.query(`INSERT INTO events (namespace, id, event_type, session_id, actor_type, actor_id, content)
      SELECT 'acme', n, 't', 's', 'user', 'u', 'word' || n FROM generate_series(1, 2000) n; ANALYZE events`)
    const search = `EXPLAIN SELECT * FROM events WHERE namespace = 'acme' AND words @@ search_query('acme', '{word7}')`
    const plan = async () => (await valuesOf(tenant, search)).join('\n')
    expect(await plan()).not.toContain('events_words_idx')
    const [trust] = /ALTER FUNCTION .* LEAKPROOF;/.exec(await fs.readFile(PAGE, 'utf8')) ?? []
    await owner.query(trust as string)
    expect(await plan()).toContain('events_words_idx')
  })

  it('an operation that names another namespace than its own finds nothing there, and writes nothing', async () => {
    const { acme } = await open()
    expect(await acme.read(() => loadTask('globex', 't'))).toBeUndefined()
    await expect(acme.write(add('globex', 'u'))).rejects.toThrow(/row-level security/)
    await expect(acme.write(addTwo('globex', 'u', 'v'))).rejects.toThrow(/row-level security/)
  })

  it.each(['a role behind the wall', 'the owner'])('%s pays one round trip for one statement', async (role) => {
    const url = await temporaryDatabase()
    const engine = await openEngine({ url: role === 'the owner' ? url : await tenantRole(url), maxConnections: 1 })
    onTestFinished(() => engine.close())
    const acme = engine.within('acme')
    await acme.write(add('acme', 't'))
    await acme.prisma.task.count()
    const [syncs, executions] = (['sync', 'execute'] as const).map((name) =>
      vi.spyOn(Connection.prototype, name as never),
    )
    onTestFinished(() => void vi.restoreAllMocks())
    const calls = [
      () => acme.read(() => loadTask('acme', 't')),
      () => acme.write(add('acme', 't')),
      () => acme.prisma.task.findMany(),
    ]
    for (const [i, call] of calls.entries()) {
      await call()
      expect(syncs).toHaveBeenCalledTimes(i + 1)
    }
    expect(executions).toHaveBeenCalledTimes(role === 'the owner' ? 3 : 6)
  })
})
