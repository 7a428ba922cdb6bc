import { expect } from 'vitest'
import type { AgentState } from '../records.ts'
import type { ContractTests } from './harness.ts'
import { allRevisions, readHistory, saveTurns, turn, versionsOf } from './histories.ts'
import { agent, range, STRANGE_WORDS } from './samples.ts'

/** The versions that the history of an agent holds. */
export const revisions: ContractTests = {
  'every save, status update, patch and restore adds a version to the history, newest first': async ({ store }) => {
    const first = await store.saveAgentState(agent({ state: { list: [1] } }))
    const { id } = await store.createSnapshot('researcher')
    const made = [
      first,
      await store.saveAgentState(agent({ status: 'waiting', state: { list: [] } })),
      await store.updateAgentStatus('researcher', 'busy'),
      await store.patchAgentState('researcher', { a: 1 }),
      await store.appendToAgentState('researcher', '/list', [2]),
      await store.restoreSnapshot(id),
      await store.restoreRevision('researcher', 2),
    ]
    const { items, nextCursor } = await store.listRevisions('researcher')
    expect(nextCursor).toBeNull()
    expect(items.map(({ agentId, version, status, createdAt }) => ({ agentId, version, status, createdAt }))).toEqual(
      made
        .toReversed()
        .map(({ agentId, version, status, updatedAt }) => ({ agentId, version, status, createdAt: updatedAt })),
    )
    expect(items.map(({ version }) => version)).toEqual([7, 6, 5, 4, 3, 2, 1])
    for (const { size, storedBytes, kind } of items) {
      expect(size).toBeGreaterThan(0)
      expect(storedBytes).toBeGreaterThan(0)
      expect(['keyframe', 'delta', 'plain']).toContain(kind)
    }
  },

  'what adds no version leaves the history as it is': async ({ store }) => {
    await saveTurns(store, 3)
    const before = await allRevisions(store)
    expect(before).toHaveLength(3)
    await store.createSnapshot('researcher')
    await store.recordStateTransition({ agentId: 'researcher', before: 'a', after: 'b' })
    await store.saveAgentState(agent(), { expectedVersion: 7 }).catch(() => {})
    await store.patchAgentState('researcher', [{ op: 'remove', path: '/none' }]).catch(() => {})
    await store.loadAgentState('researcher', { version: 1 })
    await store.deleteAgent('researcher')
    expect(await allRevisions(store)).toEqual(before)
  },

  'a version is loaded as the agent was then: with its name, status, metadata and state': async ({ store }) => {
    const saved = [
      await store.saveAgentState(agent({ state: { step: 1 }, metadata: { team: 'blue' } })),
      await store.saveAgentState(agent({ name: 'Renamed', state: { step: 2 } })),
      await store.saveAgentState(agent({ status: 'waiting', state: null, metadata: 7 })),
      await store.saveAgentState(agent({ state: [], metadata: null })),
    ]
    for (const one of saved) {
      expect(await store.loadAgentState('researcher', { version: one.version })).toEqual(one)
    }
    const updated = await store.updateAgentStatus('researcher', 'busy')
    expect(await store.loadAgentState('researcher', { version: 5 })).toEqual({ ...updated, state: [] })
    expect(await store.loadAgentState('researcher', { version: 4 })).toEqual(saved[3])
  },

  'every one of many versions of a growing state is loaded as it was saved': async ({ store }) => {
    const saved = await saveTurns(store, 120)
    expect(saved).toHaveLength(120)
    expect(await readHistory(store)).toEqual(saved.toReversed())
  },

  'names and states of every kind of text come back from the history': async ({ store }) => {
    const saved: AgentState[] = []
    for (const word of STRANGE_WORDS) {
      const input = agent({ name: word, status: word, state: { [word]: word }, metadata: [word] })
      saved.push(await store.saveAgentState(input))
    }
    expect(saved).toHaveLength(STRANGE_WORDS.length)
    expect(await readHistory(store)).toEqual(saved.toReversed())
  },

  'a version that never was loads as null': async ({ store }) => {
    await saveTurns(store, 3)
    expect(await store.loadAgentState('researcher', { version: 3 })).not.toBeNull()
    for (const version of [4, 1000, Number.MAX_SAFE_INTEGER])
      expect(await store.loadAgentState('researcher', { version })).toBeNull()
    expect(await store.loadAgentState('nobody', { version: 1 })).toBeNull()
    expect(await versionsOf(store, 'nobody')).toEqual([])
  },

  'the history of a deleted agent stays, and goes on when it is revived': async ({ store }) => {
    const saved = await saveTurns(store, 2)
    await store.deleteAgent('researcher')
    expect(await store.loadAgentState('researcher')).toBeNull()
    expect(await versionsOf(store)).toEqual([2, 1])
    for (const one of saved) {
      const then = await store.loadAgentState('researcher', { version: one.version })
      expect(then).toEqual({ ...one, deletedAt: expect.any(Date) })
    }
    await store.saveAgentState(agent(), { revive: true })
    expect(await versionsOf(store)).toEqual([3, 2, 1])
    expect(await store.loadAgentState('researcher', { version: 1 })).toEqual(saved[0])
  },

  'a version tells the bytes of the agent, and a small change of a large one takes few': async ({ store }) => {
    await saveTurns(store, 40)
    await store.saveAgentState(agent({ state: { ...turn(40), added: 'x'.repeat(100) } }))
    const [newest, before] = await allRevisions(store)
    expect((newest?.size ?? 0) - (before?.size ?? 0)).toBe(',"added":""'.length + 100)
    expect(before?.size).toBeGreaterThan(JSON.stringify(turn(40)).length)
    expect(newest?.kind).toBe('delta')
    expect(newest?.storedBytes).toBeLessThan(200)
  },

  'histories of agents do not mix': async ({ store }) => {
    const saved = await Promise.all(['a', 'b', 'c'].map((agentId) => saveTurns(store, 5, agentId)))
    for (const [i, agentId] of ['a', 'b', 'c'].entries())
      expect(await readHistory(store, agentId)).toEqual(saved[i]?.toReversed())
  },

  'a save at the same time as others has a version of its own': async ({ store }) => {
    const saved = await Promise.all(range(50).map((i) => store.saveAgentState(agent({ state: turn(i) }))))
    expect(await readHistory(store)).toEqual(saved.toSorted((a, b) => b.version - a.version))
  },
}
