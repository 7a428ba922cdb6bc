import { expect } from 'vitest'
import type { ContractTests } from './harness.ts'
import { agent, range } from './samples.ts'

/** Compare-and-set, and what becomes of deleted agents. */
export const versions: ContractTests = {
  'a save over the expected version goes through': async ({ store }) => {
    await store.saveAgentState(agent(), { expectedVersion: 0 })
    expect(await store.saveAgentState(agent({ state: 2 }), { expectedVersion: 1 })).toMatchObject({ version: 2 })
  },

  'a save over another version than expected is refused with both, and stores nothing': async ({ store }) => {
    await store.saveAgentState(agent())
    const kept = await store.saveAgentState(agent({ state: 'kept' }))
    const conflict = { name: 'VersionConflictError', code: 'VERSION_CONFLICT', agentId: 'researcher', retryable: false }
    for (const expectedVersion of [0, 1, 3]) {
      const late = store.saveAgentState(agent({ name: 'late', state: 'late' }), { expectedVersion })
      await expect(late).rejects.toMatchObject({ ...conflict, expected: expectedVersion, actual: 2 })
    }
    expect(await store.loadAgentState('researcher')).toEqual(kept)
  },

  'expecting a version of an agent that does not exist is refused, its actual version being 0': async ({ store }) => {
    const save = store.saveAgentState(agent(), { expectedVersion: 4 })
    await expect(save).rejects.toMatchObject({ code: 'VERSION_CONFLICT', expected: 4, actual: 0 })
    expect(await store.loadAgentState('researcher')).toBeNull()
  },

  'of saves that race for one version exactly one wins': async ({ store }) => {
    await store.saveAgentState(agent())
    const racers = range(20).map((i) => store.saveAgentState(agent({ state: i }), { expectedVersion: 1 }))
    const results = await Promise.allSettled(racers)
    const winners = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(winners).toHaveLength(1)
    for (const result of results) {
      if (result.status === 'fulfilled') continue
      expect(result.reason).toMatchObject({ code: 'VERSION_CONFLICT', expected: 1, actual: 2 })
    }
    expect(await store.loadAgentState('researcher')).toEqual(winners[0])
  },

  'of racing first saves exactly one wins': async ({ store }) => {
    const racers = range(20).map((i) => store.saveAgentState(agent({ state: i }), { expectedVersion: 0 }))
    const results = await Promise.allSettled(racers)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await store.loadAgentState('researcher'))?.version).toBe(1)
  },

  'a deleted agent is gone from loads and lists, and deleting it again tells so': async ({ store }) => {
    await store.saveAgentState(agent())
    expect(await store.deleteAgent('researcher')).toBe(true)
    expect(await store.deleteAgent('researcher')).toBe(false)
    expect(await store.deleteAgent('nobody')).toBe(false)
    expect(await store.loadAgentState('researcher')).toBeNull()
    expect((await store.listAgents()).items).toEqual([])
    expect((await store.listAgents({ status: 'running' })).items).toEqual([])
  },

  'deleted agents are listed on request, with the time of their deletion': async ({ store }) => {
    await store.saveAgentState(agent({ agentId: 'gone' }))
    await store.saveAgentState(agent({ agentId: 'here' }))
    await store.deleteAgent('gone')
    for (const filter of [{ includeDeleted: true }, { includeDeleted: true, status: 'running' }]) {
      const { items } = await store.listAgents(filter)
      expect(items.map(({ agentId, deletedAt }) => [agentId, deletedAt instanceof Date])).toEqual([
        ['gone', true],
        ['here', false],
      ])
    }
  },

  'a late save of a deleted agent is refused, expected version or not': async ({ store }) => {
    await store.saveAgentState(agent())
    await store.deleteAgent('researcher')
    const { deletedAt } = (await store.listAgents({ includeDeleted: true })).items[0] ?? {}
    for (const expectedVersion of [undefined, 0, 1, 7]) {
      const late = store.saveAgentState(agent({ state: 'late' }), { expectedVersion })
      const refusal = { name: 'AgentDeletedError', code: 'AGENT_DELETED', agentId: 'researcher', deletedAt }
      await expect(late).rejects.toMatchObject(refusal)
    }
    expect(await store.loadAgentState('researcher')).toBeNull()
  },

  'every other write to a deleted agent is refused, too': async ({ store }) => {
    await store.saveAgentState(agent())
    const snapshot = await store.createSnapshot('researcher')
    await store.deleteAgent('researcher')
    const writes = [
      () => store.updateAgentStatus('researcher', 'x'),
      () => store.recordStateTransition({ agentId: 'researcher', before: 'a', after: 'b' }),
      () => store.createSnapshot('researcher'),
      () => store.restoreSnapshot(snapshot.id),
    ]
    for (const write of writes) await expect(write()).rejects.toMatchObject({ code: 'AGENT_DELETED' })
    expect((await store.getStateHistory('researcher')).items).toEqual([])
  },

  'revive brings a deleted agent back, one version up': async ({ store }) => {
    const first = await store.saveAgentState(agent({ metadata: 'kept' }))
    await store.deleteAgent('researcher')
    const stale = store.saveAgentState(agent(), { revive: true, expectedVersion: 0 })
    await expect(stale).rejects.toMatchObject({ code: 'VERSION_CONFLICT', expected: 0, actual: 1 })
    const back = await store.saveAgentState(agent({ state: 'back' }), { revive: true, expectedVersion: 1 })
    expect(back).toMatchObject({ state: 'back', metadata: 'kept', version: 2, deletedAt: null })
    expect(back.createdAt).toEqual(first.createdAt)
    expect(await store.loadAgentState('researcher')).toEqual(back)
    expect(await store.updateAgentStatus('researcher', 'idle')).toMatchObject({ version: 3 })
  },

  'revive saves agents that were never deleted like any other': async ({ store }) => {
    expect(await store.saveAgentState(agent(), { revive: true })).toMatchObject({ version: 1 })
    expect(await store.saveAgentState(agent(), { revive: true })).toMatchObject({ version: 2 })
  },
}
