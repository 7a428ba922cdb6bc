import { expect } from 'vitest'
import type { ContractTests } from './harness.ts'
import { readHistory, saveTurns, turn, versionsOf } from './histories.ts'
import { agent } from './samples.ts'

const PAST = new Date('2001-01-01T00:00:00.000Z')

/** Snapshots and forks keep the versions that they are of. */
export const pins: ContractTests = {
  'a snapshot is of a version, and keeps it from being pruned': async ({ store }) => {
    const saved = await saveTurns(store, 10)
    const restored = await store.restoreRevision('researcher', 4)
    const snapshot = await store.createSnapshot('researcher')
    expect(snapshot.version).toBe(11)
    const later = await saveTurns(store, 5)
    expect(await store.pruneRevisions({ keepLast: 1 })).toMatchObject({ agents: 1, revisions: 14 })
    expect(await readHistory(store)).toEqual([later[4], restored])
    expect(await store.restoreSnapshot(snapshot.id)).toMatchObject({ state: saved[3]?.state, version: 17 })
  },

  'snapshots of one version keep it until the last of them is deleted': async ({ store }) => {
    await saveTurns(store, 3)
    const first = await store.createSnapshot('researcher')
    const second = await store.createSnapshot('researcher', { expiresAt: PAST })
    await saveTurns(store, 3)
    await store.pruneRevisions({ keepLast: 1 })
    expect(await versionsOf(store)).toEqual([6, 3])
    await store.deleteSnapshot(first.id)
    await store.pruneRevisions({ keepLast: 1 })
    expect(await versionsOf(store)).toEqual([6, 3])
    expect(second.version).toBe(3)
    await store.deleteExpiredSnapshots()
    await store.pruneRevisions({ keepLast: 1 })
    expect(await versionsOf(store)).toEqual([6])
  },

  'a snapshot that is deleted leaves its version in the history': async ({ store }) => {
    const saved = await saveTurns(store, 3)
    const { id } = await store.createSnapshot('researcher')
    await store.deleteSnapshot(id)
    expect(await readHistory(store)).toEqual(saved.toReversed())
  },

  'every version that a fork was made of is kept, whatever its size': async ({ store }) => {
    for (const [agentId, stateOf] of [
      ['large', turn],
      ['small', (n: number) => n],
    ] as const) {
      for (const n of [1, 2, 3, 4, 5, 6]) await store.saveAgentState(agent({ agentId, state: stateOf(n) }))
      for (const version of [2, 4]) await store.forkAgent(agentId, { agentId: `${agentId} fork ${version}`, version })
      await store.pruneRevisions({ agentId, keepLast: 1 })
      expect(await versionsOf(store, agentId)).toEqual([6, 4, 2])
      for (const version of [2, 4]) {
        const fork = await store.loadAgentState(`${agentId} fork ${version}`)
        expect(fork).toMatchObject({ parent: { agentId, version }, state: stateOf(version) })
        expect((await store.loadAgentState(agentId, { version }))?.state).toEqual(stateOf(version))
      }
    }
  },

  'a fork keeps its parent version also when it has moved on, was pruned or was deleted': async ({ store }) => {
    await saveTurns(store, 6)
    await store.forkAgent('researcher', { agentId: 'fork', version: 3 })
    await saveTurns(store, 4, 'fork')
    await store.deleteAgent('fork')
    expect(await store.pruneRevisions({ keepLast: 1 })).toMatchObject({ agents: 2, revisions: 8 })
    expect([await versionsOf(store), await versionsOf(store, 'fork')]).toEqual([[6, 3], [5]])
    expect((await store.loadAgentState('researcher', { version: 3 }))?.state).toEqual(turn(3))
    expect((await store.loadAgentState('fork', { version: 5 }))?.state).toEqual(turn(4))
  },

  'when the fork is purged, its parent version is free': async ({ store }) => {
    await saveTurns(store, 6)
    await store.forkAgent('researcher', { agentId: 'fork', version: 3 })
    await store.purgeAgent('fork')
    expect(await store.pruneRevisions({ keepLast: 1 })).toMatchObject({ revisions: 5 })
    expect(await versionsOf(store)).toEqual([6])
  },

  'snapshots and forks of pruned histories can be made and pruned again': async ({ store }) => {
    await saveTurns(store, 12)
    await store.pruneRevisions({ keepEvery: 4 })
    await store.forkAgent('researcher', { agentId: 'fork', version: 4 })
    const snapshot = await store.createSnapshot('researcher')
    await saveTurns(store, 3)
    await store.pruneRevisions({ keepLast: 1 })
    expect(await versionsOf(store)).toEqual([15, 12, 4])
    expect(await store.restoreSnapshot(snapshot.id)).toMatchObject({ state: turn(12), version: 16 })
    expect((await store.loadAgentState('fork'))?.state).toEqual(turn(4))
  },
}
