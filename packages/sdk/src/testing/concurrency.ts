import { expect } from 'vitest'
import type { StateStore } from '../state-store.ts'
import type { ContractTests } from './harness.ts'
import { agent, event, range } from './samples.ts'

/** Adds one to the agent's counter by compare-and-set, trying again until it goes through. */
async function increment(store: StateStore): Promise<void> {
  for (;;) {
    const found = await store.loadAgentState('counter')
    const input = agent({ agentId: 'counter', state: ((found?.state as number | undefined) ?? 0) + 1 })
    try {
      await store.saveAgentState(input, { expectedVersion: found?.version ?? 0 })
      return
    } catch (error) {
      if ((error as { code?: string }).code !== 'VERSION_CONFLICT') throw error
    }
  }
}

/** Many calls at once. */
export const concurrency: ContractTests = {
  'many agents saved at once are all there': async ({ store }) => {
    const saved = await Promise.all(range(300).map((i) => store.saveAgentState(agent({ agentId: `a${i}`, state: i }))))
    expect(new Set(saved.map(({ version }) => version))).toEqual(new Set([1]))
    const loaded = await Promise.all(range(300).map((i) => store.loadAgentState(`a${i}`)))
    expect(loaded).toEqual(saved)
  },

  'blind saves of one agent at once take one version each': async ({ store }) => {
    const saved = await Promise.all(range(100).map((i) => store.saveAgentState(agent({ state: i }))))
    expect(saved.map(({ version }) => version).sort((a, b) => a - b)).toEqual(range(100).map((i) => i + 1))
    const newest = saved.find(({ version }) => version === 100)
    expect(await store.loadAgentState('researcher')).toEqual(newest)
  },

  'a counter raised by compare-and-set from many places loses no step': async ({ store }) => {
    const worker = async () => {
      for (const _ of range(5)) await increment(store)
    }
    await Promise.all(range(8).map(worker))
    expect(await store.loadAgentState('counter')).toMatchObject({ state: 40, version: 40 })
  },

  'two stores on one database exclude one another as one does': async ({ store, open }) => {
    const other = await open()
    const worker = async (handle: StateStore) => {
      for (const _ of range(10)) await increment(handle)
    }
    await Promise.all([worker(store), worker(other), worker(store), worker(other)])
    expect(await store.loadAgentState('counter')).toMatchObject({ state: 40, version: 40 })
    expect(await other.loadAgentState('counter')).toMatchObject({ state: 40, version: 40 })
  },

  'what one store has saved, another reads at once': async ({ store, open }) => {
    const other = await open()
    for (const i of range(20)) {
      const saved = await store.saveAgentState(agent({ state: i }))
      expect(saved.version).toBe(i + 1)
      expect(await other.loadAgentState('researcher')).toEqual(saved)
    }
  },

  "every caller's events keep their order among those of others": async ({ store }) => {
    const caller = async (actorId: string) => {
      for (const i of range(20)) await store.saveEvent(event({ actorId, content: `${i}` }))
    }
    await Promise.all(['a', 'b', 'c', 'd'].map(caller))
    const { items } = await store.getEvents('session-1')
    for (const actorId of ['a', 'b', 'c', 'd']) {
      const own = items.filter((item) => item.actorId === actorId).map(({ content }) => Number(content))
      expect(own).toEqual(range(20))
    }
  },

  'a call that is refused takes no other with it': async ({ store }) => {
    await store.saveEvent(event({ id: 'old' }))
    const calls = range(50).flatMap((i) => [
      store.saveAgentState(agent({ agentId: `a${i}` })),
      store.saveAgentState(agent({ agentId: `b${i}` }), { expectedVersion: 7 }),
      store.saveEvents([event({ id: `e${i}` }), event({ id: 'old', content: 'changed' })]),
      store.endSession('none'),
    ])
    const settled = await Promise.allSettled(calls)
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(50)
    expect((await store.listAgents()).items).toHaveLength(50)
    expect((await store.getEvents('session-1')).items.map(({ id }) => id)).toEqual(['old'])
  },

  'stats count what was done': async ({ store }) => {
    await Promise.all(range(50).map((i) => store.saveAgentState(agent({ agentId: `a${i}` }))))
    await store.transact((tx) => tx.saveTask({ title: 'A' }))
    await store.transact(() => Promise.reject(new Error('abandoned'))).catch(() => {})
    const { connections, writes, transactions } = store.stats()
    expect(writes).toMatchObject({ queued: 0, committed: 50 })
    expect(transactions).toEqual({ open: 0, committed: 1, rolledBack: 1 })
    expect(connections).toMatchObject({ inUse: 0, waiting: 0 })
    expect(connections.open).toBeGreaterThan(0)
    expect(connections.max).toBeGreaterThanOrEqual(connections.open)
  },
}
