import { expect } from 'vitest'
import type { ContractTests } from './harness.ts'
import { readHistory, saveTurns, turn, versionsOf } from './histories.ts'
import { agent, range } from './samples.ts'

/** Going back to an earlier version. */
export const restores: ContractTests = {
  'a restored version is a new one with the old state; name, status and metadata stay': async ({ store }) => {
    const saved = await saveTurns(store, 3)
    const third = await store.saveAgentState(agent({ name: 'R2', status: 'waiting', state: {}, metadata: 'new' }))
    const restored = await store.restoreRevision('researcher', 2)
    expect(restored).toEqual({ ...third, state: turn(2), version: 5, updatedAt: expect.any(Date) })
    expect(await store.loadAgentState('researcher')).toEqual(restored)
    expect(await readHistory(store)).toEqual([restored, third, ...saved.toReversed()])
    expect((await store.getStateHistory('researcher')).items).toEqual([])
  },

  'every version can be restored, again and again, the newest too': async ({ store }) => {
    await saveTurns(store, 20)
    for (const version of [1, 20, 7, 7, 21, 13, 26]) {
      const { state } = (await store.loadAgentState('researcher', { version })) as { state: unknown }
      expect((await store.restoreRevision('researcher', version)).state).toEqual(state)
    }
    expect(await versionsOf(store)).toEqual(range(27).map((i) => 27 - i))
  },

  'a restore over another version than expected is refused, and changes nothing': async ({ store }) => {
    const saved = await saveTurns(store, 3)
    const refused = store.restoreRevision('researcher', 1, { expectedVersion: 2 })
    await expect(refused).rejects.toMatchObject({ code: 'VERSION_CONFLICT', expected: 2, actual: 3 })
    expect(await store.loadAgentState('researcher')).toEqual(saved[2])
    expect(await store.restoreRevision('researcher', 1, { expectedVersion: 3 })).toMatchObject({ version: 4 })
  },

  'of restores that race for one version exactly one wins': async ({ store }) => {
    await saveTurns(store, 5)
    const racers = range(10).map((i) => store.restoreRevision('researcher', 1 + (i % 5), { expectedVersion: 5 }))
    const results = await Promise.allSettled(racers)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await versionsOf(store)).toEqual([6, 5, 4, 3, 2, 1])
  },

  'a version that is not in the history is not restored': async ({ store }) => {
    const saved = await saveTurns(store, 2)
    const refusal = { name: 'RevisionNotFoundError', code: 'REVISION_NOT_FOUND', agentId: 'researcher', version: 3 }
    await expect(store.restoreRevision('researcher', 3)).rejects.toMatchObject(refusal)
    await expect(store.restoreRevision('nobody', 1)).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' })
    expect(await store.loadAgentState('researcher')).toEqual(saved[1])
  },

  'a deleted agent is not brought back by a restore': async ({ store }) => {
    await saveTurns(store, 2)
    await store.deleteAgent('researcher')
    await expect(store.restoreRevision('researcher', 1)).rejects.toMatchObject({ code: 'AGENT_DELETED' })
    expect(await store.loadAgentState('researcher')).toBeNull()
    await store.saveAgentState(agent({ state: 'again' }), { revive: true })
    expect(await store.restoreRevision('researcher', 1)).toMatchObject({ version: 4, state: turn(1) })
  },
}
