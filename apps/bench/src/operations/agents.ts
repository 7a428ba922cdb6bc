import { agentId, agentInput } from '../data/content.ts'
import { SEED, SEEDED_VERSION } from '../data/template.ts'
import type { SaveInput } from '../subjects/subject.ts'
import { AgentLedger, requireStored } from './agent-ledger.ts'
import { defineOperation } from './operation.ts'
import { requireSame } from './reader.ts'

/** Makes what an agent is saved as after a step. Its state names the step. */
export type MakeInput = typeof agentInput

export const saveNewOf = (make: MakeInput) =>
  defineOperation({
    name: 'saveAgentState, new',
    kind: 'point',
    mode: 'write',
    method: 'saveAgentState',
    workload: () => {
      let next = 0
      return {
        inputs: (count) => Array.from({ length: count }, () => make(`new-${next++}`, 0)),
        verify({ inputs, results, reader }) {
          inputs.forEach((input, i) => {
            requireSame(results[i]?.version, 1, 'version returned')
            requireStored(reader, input, 1)
          })
          requireSame(reader.count('agent_states'), SEED.agents + next, 'number of agents')
        },
      }
    },
  })

function overwrite(make: MakeInput, expecting = false) {
  return defineOperation({
    name: `saveAgentState, ${expecting ? 'compare-and-set' : 'overwrite'}`,
    method: 'saveAgentState',
    kind: 'point',
    mode: 'write',
    workload: () => {
      const ledger = new AgentLedger()
      return {
        inputs: (count) =>
          ledger.take(count).map(({ id, version }): SaveInput => {
            const input = make(id, version)
            return expecting ? { ...input, expectedVersion: version } : input
          }),
        verify: ({ inputs, results, reader }) => ledger.verify(reader, inputs, results),
      }
    },
  })
}

export const saveOverOf = (make: MakeInput) => overwrite(make)

export const loadOf = (make: MakeInput) =>
  defineOperation({
    name: 'loadAgentState',
    kind: 'point',
    mode: 'read',
    // The client joins the findUniques of one tick into one query, which fails with P2029 at more than 999 parameters.
    most: { prisma: 499 },
    method: 'loadAgentState',
    workload: () => {
      let next = 0
      return {
        inputs: (count) => Array.from({ length: count }, () => agentId((next++ * 7919) % SEED.agents)),
        verify({ inputs, results }) {
          inputs.forEach((id, i) => {
            const { name, status, metadata, state } = make(id, 1)
            const found = results[i]
            requireSame(
              [found?.agentId, found?.name, found?.status, found?.metadata, found?.state, found?.version],
              [id, name, status, metadata, state, SEEDED_VERSION],
              'agent loaded',
            )
            requireSame(found?.updatedAt instanceof Date, true, 'updatedAt is a Date')
          })
        },
      }
    },
  })

export const saveNew = saveNewOf(agentInput)
export const saveOver = saveOverOf(agentInput)
export const saveExpecting = overwrite(agentInput, true)
export const load = loadOf(agentInput)

export const list = defineOperation({
  name: 'listAgents, page of 100',
  kind: 'page',
  mode: 'read',
  method: 'listAgents',
  workload: () => ({
    inputs: (count) => new Array<number>(count).fill(100),
    verify({ results }) {
      const expected = Array.from({ length: 100 }, (_, i) => agentId(i))
      for (const { items } of results) {
        requireSame(
          items.map((agent) => agent.agentId),
          expected,
          'agents listed',
        )
        requireSame(items[99]?.updatedAt instanceof Date && items[99].version === SEEDED_VERSION, true, 'agent listed')
      }
    },
  }),
})

export const remove = defineOperation({
  name: 'deleteAgent',
  kind: 'point',
  mode: 'write',
  method: 'deleteAgent',
  workload: () => {
    let next = 0
    return {
      async inputs(count, subject) {
        const agents = Array.from({ length: count }, () => agentInput(`doomed-${next++}`, 0))
        const save = subject.operations.saveAgentState
        if (save !== undefined) await subject.run('write', save, agents, 64)
        return agents.map((agent) => agent.agentId)
      },
      verify({ inputs, results, reader }) {
        inputs.forEach((id, i) => {
          requireSame(results[i], true, 'deleteAgent returned')
          requireSame(
            typeof reader.row<{ at: unknown }>(
              `SELECT deleted_at AS at FROM agent_states WHERE namespace = 'default' AND agent_id = ?`,
              id,
            )?.at,
            'string',
            'deleted_at',
          )
        })
      },
    }
  },
})
