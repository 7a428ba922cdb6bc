import { expect } from 'vitest'
import type { StateStore } from '../state-store.ts'
import type { ContractTests } from './harness.ts'
import { agent, event, range } from './samples.ts'

/** More versions than one commit of a prune or a purge removes. */
const MANY = 250

/** So long that a version is stored as a change of the one before. */
const text = 'what an agent knows and does not need to say again '.repeat(100)
const stateOf = (step: number) => ({ step, text })

async function saveVersions(store: StateStore, count: number): Promise<void> {
  await Promise.all(range(count).map((i) => store.saveAgentState(agent({ state: stateOf(i + 1) }))))
}

/** The numbers of the versions that are left, each of which is what was saved. */
async function readVersions(store: StateStore): Promise<number[]> {
  const { items } = await store.listRevisions('researcher', { limit: 1000 })
  for (const { version } of items)
    expect(await store.loadAgentState('researcher', { version })).toMatchObject({ version, state: stateOf(version) })
  return items.map(({ version }) => version)
}

const stop = new Error('stop here')

/** Prunes and purges that are cut short, or that others do not wait for. */
export const removals: ContractTests = {
  'a moment loads the version that was the newest then, and nothing when that one was pruned': async ({ store }) => {
    const times: Date[] = []
    for (const step of range(6)) {
      const { updatedAt } = await store.saveAgentState(agent({ state: stateOf(step + 1) }))
      times.push(updatedAt)
      while (Date.now() <= updatedAt.getTime() + 1) await new Promise((resolve) => setTimeout(resolve, 1))
    }
    const versionsAt = (ms: number) =>
      Promise.all(
        times.map(async (time) => {
          const then = await store.loadAgentState('researcher', { at: new Date(time.getTime() + ms) })
          return then?.version ?? null
        }),
      )
    expect(await versionsAt(1)).toEqual([1, 2, 3, 4, 5, 6])
    await store.pruneRevisions({ keepEvery: 3 })
    expect(await versionsAt(0)).toEqual([null, null, 3, null, null, 6])
    expect(await versionsAt(1)).toEqual([null, null, 3, null, null, 6])
    await store.forkAgent('researcher', { version: 3, agentId: 'fork' })
    await store.saveAgentState(agent({ state: stateOf(7) }))
    await store.pruneRevisions({ keepLast: 1 })
    expect(await versionsAt(0)).toEqual([null, null, 3, null, null, null])
    expect(await versionsAt(1)).toEqual([null, null, 3, null, null, null])
  },

  'a prune comes to its end while others save': async ({ store }) => {
    await saveVersions(store, MANY)
    let saves = 0
    let done = false
    const end = () => {
      done = true
    }
    const pruning = store.pruneRevisions({ keepLast: 1 })
    pruning.then(end, end)
    while (!done) await store.saveAgentState(agent({ state: stateOf(MANY + ++saves) }))
    expect((await pruning).revisions).toBeGreaterThanOrEqual(MANY - 1)
    expect(saves).toBeGreaterThan(0)
    expect((await readVersions(store))[0]).toBe(MANY + saves)
  },

  'a purge comes to its end while somebody goes on to write events as the agent': async ({ store }) => {
    await saveVersions(store, 3)
    const write = () => store.saveEvent(event({ content: 'still here' }))
    for (const _ of range(3)) await write()
    let written = 0
    let done = false
    const end = () => {
      done = true
    }
    const purging = store.purgeAgent('researcher')
    purging.then(end, end)
    for (; !done; written++) await write()
    const { events, ...removed } = await purging
    expect(removed).toMatchObject({ agents: 1, revisions: 3 })
    expect(events).toBeGreaterThanOrEqual(3)
    expect((await store.getEvents('session-1', { limit: 1000 })).items).toHaveLength(3 + written - events)
  },

  'of a prune that was cut short, what is left can be read, and pruned by other rules': async ({ store }) => {
    await saveVersions(store, 2 * MANY + 1)
    const onProgress = ({ revisions }: { revisions: number }) => {
      if (revisions > MANY) throw stop
    }
    await expect(store.pruneRevisions({ keepEvery: MANY, onProgress })).rejects.toBe(stop)
    const left = await readVersions(store)
    expect(left).toContain(MANY + 10)
    expect(left.length).toBeLessThan(MANY)
    await store.pruneRevisions({ keepEvery: MANY + 10, keepLast: 2 })
    expect(await readVersions(store)).toEqual([2 * MANY + 1, 2 * MANY, MANY + 10])
  },

  'whoever revives an agent in the middle of its purge can read what it saves, until it is purged again': async ({
    store,
  }) => {
    await saveVersions(store, MANY)
    const onProgress = ({ revisions }: { revisions: number }) => {
      if (revisions > 0) throw stop
    }
    await expect(store.purgeAgent('researcher', { onProgress })).rejects.toBe(stop)
    const left = await readVersions(store)
    expect(left.length).toBeGreaterThan(0)
    await store.saveAgentState(agent({ state: stateOf(MANY + 1) }), { revive: true })
    await store.updateAgentStatus('researcher', 'waiting')
    await store.saveAgentState(agent({ state: stateOf(MANY + 3) }))
    for (const [version, step] of [1, 1, 3].entries()) {
      const loaded = await store.loadAgentState('researcher', { version: MANY + version + 1 })
      expect(loaded?.state).toEqual(stateOf(MANY + step))
    }
    expect(await store.purgeAgent('researcher')).toMatchObject({ agents: 1, revisions: left.length + 3 })
    expect(await readVersions(store)).toEqual([])
  },
}
