import { expect } from 'vitest'
import type { ContractTests } from './harness.ts'
import { agent, range, STRANGE_WORDS } from './samples.ts'

/** Saving, loading and listing agents. */
export const agents: ContractTests = {
  'a new agent is saved as version 1 and loads back equal': async ({ store }) => {
    const before = Date.now()
    const saved = await store.saveAgentState(agent({ metadata: { team: 'blue' } }))
    expect(saved).toMatchObject({ ...agent(), metadata: { team: 'blue' }, version: 1, deletedAt: null })
    expect(saved.createdAt.getTime()).toBeGreaterThanOrEqual(before)
    expect(saved.createdAt.getTime()).toBeLessThanOrEqual(Date.now())
    expect(saved.updatedAt).toEqual(saved.createdAt)
    expect(await store.loadAgentState('researcher')).toEqual(saved)
  },

  'an agent that was never saved loads as null': async ({ store }) => {
    expect(await store.loadAgentState('nobody')).toBeNull()
  },

  'every save replaces the agent whole, one version up': async ({ store }) => {
    const first = await store.saveAgentState(agent({ state: { a: 1, b: 2 } }))
    const second = await store.saveAgentState(agent({ name: 'R2', status: 'waiting', state: { b: 3 } }))
    expect(second).toMatchObject({ name: 'R2', status: 'waiting', state: { b: 3 }, version: 2 })
    expect(second.createdAt).toEqual(first.createdAt)
    expect(second.updatedAt.getTime()).toBeGreaterThanOrEqual(first.updatedAt.getTime())
    expect(await store.loadAgentState('researcher')).toEqual(second)
  },

  'metadata stays when left out, is replaced when given, and cleared by null': async ({ store }) => {
    expect((await store.saveAgentState(agent())).metadata).toBeNull()
    expect((await store.saveAgentState(agent({ metadata: { a: 1 } }))).metadata).toEqual({ a: 1 })
    expect((await store.saveAgentState(agent())).metadata).toEqual({ a: 1 })
    expect((await store.saveAgentState(agent({ metadata: [2] }))).metadata).toEqual([2])
    expect((await store.saveAgentState(agent({ metadata: null }))).metadata).toBeNull()
    expect((await store.loadAgentState('researcher'))?.metadata).toBeNull()
  },

  'states and metadata of every JSON kind come back equal': async ({ store }) => {
    const values = [
      null,
      true,
      false,
      0,
      -1.5,
      1e21,
      5e-324,
      '',
      '5',
      'null',
      [],
      {},
      [null, [[]]],
      { '': { ' ': [0] } },
    ]
    for (const value of [...values, JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}')]) {
      await store.saveAgentState(agent({ state: value, metadata: value }))
      const loaded = await store.loadAgentState('researcher')
      expect(JSON.stringify([loaded?.state, loaded?.metadata])).toBe(JSON.stringify([value, value]))
    }
  },

  'ids, names and statuses are ordinary text, whatever they mean elsewhere': async ({ store }) => {
    for (const word of STRANGE_WORDS) {
      const input = agent({ agentId: word, name: word, status: word, state: { [word]: word } })
      await store.saveAgentState(input)
      expect(await store.loadAgentState(word)).toMatchObject({ agentId: word, name: word, status: word, version: 1 })
      const { items } = await store.listAgents({ status: word })
      expect(items.map(({ agentId }) => agentId)).toEqual([word])
    }
    expect((await store.listAgents()).items).toHaveLength(STRANGE_WORDS.length)
  },

  'what the caller does to a state after saving or loading does not reach the store': async ({ store }) => {
    const state = { list: [1] }
    const saving = store.saveAgentState(agent({ state }))
    state.list.push(2)
    await saving
    const loaded = await store.loadAgentState('researcher')
    expect(loaded?.state).toEqual({ list: [1] })
    Object.assign(loaded?.state as object, { list: 'changed' })
    expect((await store.loadAgentState('researcher'))?.state).toEqual({ list: [1] })
  },

  'agents are listed by id, without their states': async ({ store }) => {
    for (const agentId of ['b', 'a', 'c']) await store.saveAgentState(agent({ agentId, metadata: { of: agentId } }))
    const { items, nextCursor } = await store.listAgents()
    expect(nextCursor).toBeNull()
    expect(items.map(({ agentId }) => agentId)).toEqual(['a', 'b', 'c'])
    const { state: _, ...summary } = (await store.loadAgentState('a')) as { state: unknown }
    expect(items[0]).toEqual(summary)
  },

  'agents are listed by status': async ({ store }) => {
    for (const i of range(6)) await store.saveAgentState(agent({ agentId: `a${i}`, status: i % 2 ? 'odd' : 'even' }))
    const ids = async (status: string) => (await store.listAgents({ status })).items.map(({ agentId }) => agentId)
    expect(await ids('odd')).toEqual(['a1', 'a3', 'a5'])
    expect(await ids('Odd')).toEqual([])
    await store.updateAgentStatus('a1', 'even')
    expect(await ids('odd')).toEqual(['a3', 'a5'])
    expect(await ids('even')).toEqual(['a0', 'a1', 'a2', 'a4'])
  },
}
