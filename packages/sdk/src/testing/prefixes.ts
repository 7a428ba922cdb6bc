import { expect } from 'vitest'
import { allPages } from './all-pages.ts'
import type { ContractTests } from './harness.ts'
import { agent, range } from './samples.ts'

const IDS = [
  'a',
  'a%',
  'aa',
  'ab',
  'a\u{10ffff}',
  'a\u{10ffff}b',
  'a\u0001',
  'A',
  'b',
  '\u{10ffff}',
  'é',
  'éa',
  'a_b',
  'axb',
]

/** Agents listed by how their ids begin. */
export const prefixes: ContractTests = {
  'agents are listed by how their ids begin, letter for letter': async ({ store }) => {
    for (const agentId of IDS) await store.saveAgentState(agent({ agentId }))
    const ids = async (idPrefix?: string) =>
      (await store.listAgents({ idPrefix })).items.map(({ agentId }) => agentId).toSorted()
    for (const idPrefix of [...IDS, 'a_', '%', 'zz']) {
      expect(await ids(idPrefix)).toEqual(IDS.filter((id) => id.startsWith(idPrefix)).toSorted())
    }
    expect(await ids()).toHaveLength(IDS.length)
  },

  'a list by prefix has pages, of this prefix alone': async ({ store }) => {
    for (const i of range(25)) await store.saveAgentState(agent({ agentId: `p${i}`, status: i % 2 ? 'odd' : 'even' }))
    for (const agentId of ['o', 'p', 'q']) await store.saveAgentState(agent({ agentId }))
    const found = await allPages((page) => store.listAgents({ ...page, idPrefix: 'p1' }), 3)
    expect(found.map(({ agentId }) => agentId)).toEqual(['p1', ...range(10).map((i) => `p1${i}`)])
    const { nextCursor } = await store.listAgents({ idPrefix: 'p1', limit: 1 })
    const foreign = store.listAgents({ idPrefix: 'p2', cursor: nextCursor ?? '' })
    await expect(foreign).rejects.toMatchObject({ code: 'INVALID_INPUT', path: 'cursor' })
  },

  'a prefix goes with a status and with deleted agents, and stays in its namespace': async ({ store }) => {
    for (const agentId of ['t/1', 't/2', 't/3', 'u/1']) await store.saveAgentState(agent({ agentId }))
    await store.withNamespace('other').saveAgentState(agent({ agentId: 't/4' }))
    await store.updateAgentStatus('t/1', 'busy')
    await store.deleteAgent('t/3')
    const ids = async (filter: Parameters<typeof store.listAgents>[0]) =>
      (await store.listAgents({ idPrefix: 't/', ...filter })).items.map(({ agentId }) => agentId)
    expect(await ids({})).toEqual(['t/1', 't/2'])
    expect(await ids({ status: 'busy' })).toEqual(['t/1'])
    expect(await ids({ includeDeleted: true })).toEqual(['t/1', 't/2', 't/3'])
    expect(await ids({ includeDeleted: true, status: 'running' })).toEqual(['t/2', 't/3'])
  },
}
