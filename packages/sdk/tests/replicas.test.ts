import type { Page, ReadOptions, StateStore } from '@descartes/sdk'
import { type Engine, openEngine, RecentlyUsed } from '@descartes/store'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Cluster, startCluster } from '../../store/tests/postgresql/reliability-cluster.ts'
import { DEFAULT_LIMITS } from '../src/limits.ts'
import { StoreHandle } from '../src/store-handle.ts'
import { allPages } from '../src/testing/all-pages.ts'
import { fillStore, READS, saveMore } from '../src/testing/reads.ts'
import { agent, event, range } from '../src/testing/samples.ts'

const EVENTUAL = { consistency: 'eventual' } as const

function storeOn(engine: Engine): StateStore {
  const remembered = new RecentlyUsed<never>(0)
  const bound = { namespace: 'default', limits: DEFAULT_LIMITS, schema: undefined, schemaVersion: 1, upcasters: {} }
  return new StoreHandle(engine, { executor: engine, isInTransaction: false, remembered, ...bound })
}

/** An engine with some of its members replaced. */
function plant(engine: Engine, faults: Partial<Engine>): Engine {
  return new Proxy(engine, {
    get(_, name) {
      const member: unknown = Reflect.get(name in faults ? faults : engine, name)
      return typeof member === 'function' ? member.bind(engine) : member
    },
  })
}

async function open(cluster: Cluster): Promise<{ engine: Engine; store: StateStore }> {
  const engine = await openEngine({ url: cluster.url })
  onTestFinished(() => engine.close())
  return { engine, store: storeOn(engine) }
}

async function readAll(store: StateStore, options?: ReadOptions): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  for (const [name, read] of Object.entries(READS)) found[name] = await read(store, options)
  return found
}

/** The reads whose answer is as it was. */
async function readsAsBefore(store: StateStore, before: Record<string, unknown>, options?: ReadOptions) {
  const found = await readAll(store, options)
  return Object.keys(READS).filter((name) => JSON.stringify(found[name]) === JSON.stringify(before[name]))
}

/** What a comparison lacks is asked of the primary. */
const SAME_EVERYWHERE = ['diffRevisions']

describe('with a standby that is behind', () => {
  it('a read is answered by it if it may be behind, and by the primary if not', async () => {
    const cluster = await startCluster('asynchronous')
    const { engine, store } = await open(cluster)
    await fillStore(store)
    await cluster.tell('catchUp')
    await cluster.tell('pause')
    const before = await readAll(store)
    await saveMore(store, 3)
    expect(await readsAsBefore(store, before)).toEqual(SAME_EVERYWHERE)
    expect(await readsAsBefore(store, before, { consistency: 'strong' })).toEqual(SAME_EVERYWHERE)
    expect(await readsAsBefore(store, before, EVENTUAL)).toEqual(Object.keys(READS))
    expect(engine.stats().connections).toMatchObject({ replicas: 1, open: 1 })
    await store.transact(async (tx) => {
      expect(await readsAsBefore(tx, before, EVENTUAL)).toEqual(SAME_EVERYWHERE)
    })

    // Control: an engine that sends every read to the standby, and one that sends none, would be noticed.
    const all = plant(engine, { read: async (operation) => (await engine.readEventually(operation)).result })
    expect(await readsAsBefore(storeOn(all), before)).toEqual(Object.keys(READS))
    const none = plant(engine, {
      readEventually: async (operation) => ({ result: await engine.read(operation), server: 'primary' }),
    })
    expect(await readsAsBefore(storeOn(none), before, EVENTUAL)).toEqual(SAME_EVERYWHERE)
  })

  it('compare-and-set compares with what the primary holds', async () => {
    const cluster = await startCluster('asynchronous')
    const { store } = await open(cluster)
    await fillStore(store)
    await cluster.tell('catchUp')
    await cluster.tell('pause')
    await store.saveAgentState(agent({ state: { step: 3, list: [] } }))
    const stale = await store.loadAgentState('researcher', EVENTUAL)
    expect(stale?.version).toBe(2)
    const expected = { expectedVersion: stale?.version as number }
    const writes: Record<string, (expected: { expectedVersion: number }) => Promise<{ version: number }>> = {
      saveAgentState: (options) => store.saveAgentState(agent({ state: { list: [] } }), options),
      patchAgentState: (options) => store.patchAgentState('researcher', { step: 4 }, options),
      appendToAgentState: (options) => store.appendToAgentState('researcher', '/list', [1], options),
      updateAgentStatus: (options) => store.updateAgentStatus('researcher', 'x', options),
      restoreRevision: (options) => store.restoreRevision('researcher', 3, options),
    }
    let version = 3
    for (const [name, write] of Object.entries(writes)) {
      const conflict = { code: 'VERSION_CONFLICT', expected: 2, actual: version }
      await expect(write(expected), name).rejects.toMatchObject(conflict)
      expect(await write({ expectedVersion: version }), name).toMatchObject({ version: ++version })
    }
    expect((await store.loadAgentState('researcher', EVENTUAL))?.version).toBe(2)
  })

  it('what a comparison of versions lacks there is no reason to fail', async () => {
    const cluster = await startCluster('asynchronous')
    const { store } = await open(cluster)
    await fillStore(store)
    await cluster.tell('catchUp')
    await cluster.tell('pause')
    await saveMore(store, 3)
    expect(await store.loadAgentState('researcher', { version: 3, ...EVENTUAL })).toBeNull()
    expect(await store.diffRevisions('researcher', 1, 3, EVENTUAL)).toEqual(
      await store.diffRevisions('researcher', 1, 3),
    )
    await expect(store.diffRevisions('researcher', 1, 4, EVENTUAL)).rejects.toMatchObject({
      code: 'REVISION_NOT_FOUND',
    })
  })
})

describe('the pages of a list', () => {
  const LISTS: Record<string, (store: StateStore, page: object) => Promise<Page<unknown>>> = {
    getEvents: (store, page) => store.getEvents('session-1', page),
    searchEvents: (store, page) => store.searchEvents('fox', page),
    getStateHistory: (store, page) => store.getStateHistory('researcher', page),
    listRevisions: (store, page) => store.listRevisions('researcher', page),
  }

  async function add(store: StateStore, count: number) {
    for (const i of range(count)) {
      await store.saveAgentState(agent({ state: { step: i } }))
      await store.recordStateTransition({ agentId: 'researcher', before: 'a', after: `${i}` })
      await store.saveEvent(event())
    }
  }

  /** The lists that lack something, read by pages of three of which only those after the first may be behind. */
  async function listsWithGaps(store: StateStore): Promise<string[]> {
    const gaps: string[] = []
    for (const [name, list] of Object.entries(LISTS)) {
      const whole = (await list(store, {})).items
      const pages = await allPages((page) => list(store, { ...page, ...(page.cursor && EVENTUAL) }), 3).catch(() => [])
      if (JSON.stringify(pages) !== JSON.stringify(whole)) gaps.push(name)
    }
    return gaps
  }

  it('have no gap when one comes from the primary and the next might come from a standby that is behind', async () => {
    const cluster = await startCluster('asynchronous')
    const { engine, store } = await open(cluster)
    await add(store, 5)
    await cluster.tell('catchUp')
    await cluster.tell('pause')
    await add(store, 15)
    expect(await listsWithGaps(store)).toEqual([])
    const forgetful = plant(engine, { readEventually: (operation) => engine.readEventually(operation) })
    expect(await listsWithGaps(storeOn(forgetful)), 'control').toEqual(Object.keys(LISTS))
  })

  it('come from one standby, and from the primary when that is gone in between', async () => {
    const cluster = await startCluster('asynchronous')
    const { store } = await open(cluster)
    await add(store, 7)
    await cluster.tell('catchUp')
    await cluster.tell('pause')
    await add(store, 2)
    const begun = new Map<string, Page<unknown>>()
    for (const [name, list] of Object.entries(LISTS)) {
      const known = (await list(store, EVENTUAL)).items
      expect(known, name).toHaveLength(7)
      const first = await list(store, { limit: 3, ...EVENTUAL })
      const second = await list(store, { limit: 3, cursor: first.nextCursor, ...EVENTUAL })
      const third = await list(store, { limit: 3, cursor: second.nextCursor, ...EVENTUAL })
      expect([...first.items, ...second.items, ...third.items], name).toEqual(known)
      begun.set(name, first)
    }
    await cluster.tell('killStandby')
    for (const [name, list] of Object.entries(LISTS)) {
      const first = begun.get(name) as Page<unknown>
      const rest = await list(store, { cursor: first.nextCursor, ...EVENTUAL })
      const whole = (await list(store, {})).items
      const from = whole.findIndex((item) => JSON.stringify(item) === JSON.stringify(first.items.at(-1)))
      // A search goes on with what it has ranked.
      if (name === 'searchEvents') expect(rest.items).toHaveLength(4)
      else expect(rest.items, name).toEqual(whole.slice(from + 1))
    }
  })
})
