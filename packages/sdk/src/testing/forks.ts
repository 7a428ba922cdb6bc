import { expect } from 'vitest'
import type { ContractTests } from './harness.ts'
import { allRevisions, readHistory, saveTurns, turn, versionsOf } from './histories.ts'
import { agent } from './samples.ts'

/** New agents made of others. */
export const forks: ContractTests = {
  'a fork is a new agent that begins as its parent is, and remembers it': async ({ store }) => {
    await saveTurns(store, 2)
    const parent = await store.saveAgentState(agent({ name: 'R2', status: 'waiting', metadata: [1], state: turn(9) }))
    const fork = await store.forkAgent('researcher', { agentId: 'fork' })
    const { name, status, metadata, state } = parent
    expect(fork).toMatchObject({ agentId: 'fork', name, status, metadata, state, version: 1, deletedAt: null })
    expect(fork.parent).toEqual({ agentId: 'researcher', version: 3 })
    expect(fork.createdAt.getTime()).toBeGreaterThanOrEqual(parent.updatedAt.getTime())
    expect(await store.loadAgentState('fork')).toEqual(fork)
    expect(await store.loadAgentState('researcher')).toEqual(parent)
    expect(parent.parent).toBeNull()
    const { items } = await store.listAgents()
    expect(items.map((item) => [item.agentId, item.parent])).toEqual([
      ['fork', { agentId: 'researcher', version: 3 }],
      ['researcher', null],
    ])
  },

  'a fork and its parent change each for itself': async ({ store }) => {
    const before = await saveTurns(store, 3)
    const fork = await store.forkAgent('researcher', { agentId: 'fork' })
    const parents = [...before, await store.saveAgentState(agent({ state: turn(4) }))]
    const patched = await store.patchAgentState('fork', { turn: 'of the fork' })
    const forks = [fork, { ...patched, state: { ...turn(3), turn: 'of the fork' } }]
    await store.updateAgentStatus('researcher', 'done')
    expect((await readHistory(store)).slice(1)).toEqual(parents.toReversed())
    expect(await readHistory(store, 'fork')).toEqual(forks.toReversed())
    await store.deleteAgent('researcher')
    expect(await readHistory(store, 'fork')).toEqual(forks.toReversed())
    await store.deleteAgent('fork')
    expect(await versionsOf(store)).toEqual([5, 4, 3, 2, 1])
  },

  'the history of a fork begins with it: of its parent it has neither versions, snapshots nor transitions': async ({
    store,
  }) => {
    await saveTurns(store, 5)
    await store.updateAgentStatus('researcher', 'done')
    await store.createSnapshot('researcher')
    await store.forkAgent('researcher', { agentId: 'fork' })
    expect(await versionsOf(store, 'fork')).toEqual([1])
    expect(await store.loadAgentState('fork', { version: 5 })).toBeNull()
    expect((await store.listSnapshots('fork')).items).toEqual([])
    expect((await store.getStateHistory('fork')).items).toEqual([])
  },

  'an old version is forked as it was': async ({ store }) => {
    const first = await store.saveAgentState(agent({ name: 'First', status: 'new', metadata: 'm', state: turn(30) }))
    await saveTurns(store, 30)
    const fork = await store.forkAgent('researcher', { agentId: 'fork', version: 1 })
    const { name, status, metadata, state } = first
    expect(fork).toMatchObject({ name, status, metadata, state, parent: { agentId: 'researcher', version: 1 } })
    expect(await store.forkAgent('researcher', { agentId: 'newest', version: 31 })).toMatchObject({ state: turn(30) })
  },

  'a fork of a fork of a fork is whole': async ({ store }) => {
    const expected: Record<string, unknown> = {}
    let parent = 'researcher'
    await saveTurns(store, 20)
    for (const agentId of ['a', 'b', 'c', 'd', 'e']) {
      await store.forkAgent(parent, { agentId })
      await store.patchAgentState(agentId, { [agentId]: agentId })
      expected[agentId] = agentId
      const loaded = await store.loadAgentState(agentId, { version: 2 })
      expect(loaded).toMatchObject({ parent: { agentId: parent }, state: { ...turn(20), ...expected } })
      parent = agentId
    }
    expect((await store.loadAgentState('e', { version: 1 }))?.state).toEqual({ ...turn(20), ...expected, e: undefined })
  },

  'a fork of a large state costs little': async ({ store }) => {
    await saveTurns(store, 60)
    await store.forkAgent('researcher', { agentId: 'fork' })
    const [revision] = await allRevisions(store, 'fork')
    expect(revision?.size).toBeGreaterThan(4000)
    expect(revision?.storedBytes).toBeLessThan(100)
  },

  'an id that is taken is refused, even by a deleted agent or by the parent itself': async ({ store }) => {
    const [parent] = await saveTurns(store, 1)
    const other = await store.saveAgentState(agent({ agentId: 'other', state: 'other' }))
    await store.saveAgentState(agent({ agentId: 'gone' }))
    await store.deleteAgent('gone')
    for (const agentId of ['other', 'gone', 'researcher']) {
      const fork = store.forkAgent('researcher', { agentId })
      const deletedAt = agentId === 'gone' ? expect.any(Date) : null
      await expect(fork).rejects.toMatchObject({ name: 'AgentExistsError', code: 'AGENT_EXISTS', agentId, deletedAt })
    }
    expect([await store.loadAgentState('researcher'), await store.loadAgentState('other')]).toEqual([parent, other])
    expect(await store.loadAgentState('gone')).toBeNull()
  },

  'of forks that race for one id exactly one wins': async ({ store }) => {
    await saveTurns(store, 3)
    const racers = [1, 2, 3, 1, 2, 3].map((version) => store.forkAgent('researcher', { agentId: 'fork', version }))
    const results = await Promise.allSettled(racers)
    const winners = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(winners).toHaveLength(1)
    expect(await store.loadAgentState('fork')).toEqual(winners[0])
  },

  'there is no fork of an agent or version that is not there': async ({ store }) => {
    await saveTurns(store, 2)
    const fork = (agentId: string, version?: number) => store.forkAgent(agentId, { agentId: 'fork', version })
    await expect(fork('nobody')).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND', agentId: 'nobody' })
    const refusal = { code: 'REVISION_NOT_FOUND', agentId: 'researcher', version: 3 }
    await expect(fork('researcher', 3)).rejects.toMatchObject(refusal)
    await store.deleteAgent('researcher')
    await expect(fork('researcher')).rejects.toMatchObject({ code: 'AGENT_DELETED' })
    await expect(fork('researcher', 1)).rejects.toMatchObject({ code: 'AGENT_DELETED' })
    expect(await store.loadAgentState('fork')).toBeNull()
    expect(await versionsOf(store, 'fork')).toEqual([])
  },
}
