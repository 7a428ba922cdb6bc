import { expect } from 'vitest'
import type { ContractTests } from './harness.ts'
import { agent, range } from './samples.ts'

/** An agent's status and its history. */
export const transitions: ContractTests = {
  'a new status puts the version up and is recorded with its reason': async ({ store }) => {
    const saved = await store.saveAgentState(agent({ metadata: { team: 'blue' } }))
    const updated = await store.updateAgentStatus('researcher', 'waiting', { reason: 'needs input' })
    const { state: _, ...summary } = saved
    expect(updated).toEqual({ ...summary, status: 'waiting', version: 2, updatedAt: updated.updatedAt })
    expect(await store.loadAgentState('researcher')).toEqual({ ...updated, state: saved.state })
    const { items } = await store.getStateHistory('researcher')
    expect(items).toEqual([
      {
        id: expect.any(String),
        agentId: 'researcher',
        before: 'running',
        after: 'waiting',
        reason: 'needs input',
        metadata: null,
        timestamp: updated.updatedAt,
      },
    ])
  },

  'a status update that is refused records nothing': async ({ store }) => {
    const saved = await store.saveAgentState(agent())
    const stale = store.updateAgentStatus('researcher', 'x', { expectedVersion: 5 })
    await expect(stale).rejects.toMatchObject({ code: 'VERSION_CONFLICT', expected: 5, actual: 1 })
    const nobody = store.updateAgentStatus('nobody', 'x')
    await expect(nobody).rejects.toMatchObject({
      name: 'AgentNotFoundError',
      code: 'AGENT_NOT_FOUND',
      agentId: 'nobody',
    })
    const zero = store.updateAgentStatus('researcher', 'x', { expectedVersion: 0 })
    await expect(zero).rejects.toMatchObject({ code: 'VERSION_CONFLICT', expected: 0, actual: 1 })
    expect(await store.loadAgentState('researcher')).toEqual(saved)
    expect((await store.getStateHistory('researcher')).items).toEqual([])
    expect((await store.getStateHistory('nobody')).items).toEqual([])
  },

  'a status update over the expected version goes through': async ({ store }) => {
    await store.saveAgentState(agent())
    expect(await store.updateAgentStatus('researcher', 'x', { expectedVersion: 1 })).toMatchObject({ version: 2 })
  },

  'racing status updates leave one unbroken chain of transitions': async ({ store }) => {
    await store.saveAgentState(agent({ status: 'start' }))
    await Promise.all(range(20).map((i) => store.updateAgentStatus('researcher', `s${i}`)))
    const { items } = await store.getStateHistory('researcher')
    expect(items).toHaveLength(20)
    const oldestFirst = items.toReversed()
    for (const [i, { before }] of oldestFirst.entries()) expect(before).toBe(oldestFirst[i - 1]?.after ?? 'start')
    expect(await store.loadAgentState('researcher')).toMatchObject({ version: 21, status: items[0]?.after })
  },

  'recording a transition leaves the agent as it is': async ({ store }) => {
    const saved = await store.saveAgentState(agent())
    const input = { agentId: 'researcher', before: 'plan', after: 'act', reason: 'ready', metadata: { tokens: 12 } }
    const recorded = await store.recordStateTransition(input)
    expect(recorded).toEqual({ ...input, id: expect.any(String), timestamp: expect.any(Date) })
    expect(await store.loadAgentState('researcher')).toEqual(saved)
    expect((await store.getStateHistory('researcher')).items).toEqual([recorded])
    const bare = await store.recordStateTransition({ agentId: 'researcher', before: 'a', after: 'b' })
    expect(bare).toMatchObject({ reason: null, metadata: null })
    expect(bare.id).not.toBe(recorded.id)
  },

  'a transition of an agent that does not exist is refused': async ({ store }) => {
    const orphan = store.recordStateTransition({ agentId: 'nobody', before: 'a', after: 'b' })
    await expect(orphan).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND', agentId: 'nobody' })
    expect((await store.getStateHistory('nobody')).items).toEqual([])
  },

  'a history is newest first, exact even within one millisecond': async ({ store }) => {
    await store.saveAgentState(agent())
    const record = (i: number) =>
      store.recordStateTransition({ agentId: 'researcher', before: `${i}`, after: `${i + 1}` })
    await Promise.all(range(50).map(record))
    const { items } = await store.getStateHistory('researcher')
    expect(items.map(({ before }) => Number(before))).toEqual(range(50).toReversed())
  },

  'both kinds of transitions make one history, of this agent alone': async ({ store }) => {
    for (const agentId of ['a', 'b']) await store.saveAgentState(agent({ agentId, status: 's0' }))
    await store.updateAgentStatus('a', 's1')
    await store.recordStateTransition({ agentId: 'a', before: 's1', after: 'think' })
    await store.updateAgentStatus('b', 'other')
    await store.updateAgentStatus('a', 's2')
    const { items } = await store.getStateHistory('a')
    expect(items.map(({ before, after }) => `${before}>${after}`)).toEqual(['s1>s2', 's1>think', 's0>s1'])
  },

  'the history of a deleted agent stays readable, and goes on when it is revived': async ({ store }) => {
    await store.saveAgentState(agent())
    await store.updateAgentStatus('researcher', 'done')
    await store.deleteAgent('researcher')
    expect((await store.getStateHistory('researcher')).items).toHaveLength(1)
    await store.saveAgentState(agent(), { revive: true })
    await store.updateAgentStatus('researcher', 'again')
    const { items } = await store.getStateHistory('researcher')
    expect(items.map(({ after }) => after)).toEqual(['again', 'done'])
  },
}
