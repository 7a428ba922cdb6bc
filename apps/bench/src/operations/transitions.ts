import { agentId } from '../data/content.ts'
import { historyReason, SEED } from '../data/template.ts'
import { AgentLedger } from './agent-ledger.ts'
import { defineOperation } from './operation.ts'
import { type Reader, requireSame } from './reader.ts'

const SEEDED = SEED.histories * SEED.transitions

export const updateStatus = defineOperation({
  name: 'updateAgentStatus',
  kind: 'point',
  mode: 'write',
  method: 'updateAgentStatus',
  workload: () => {
    const ledger = new AgentLedger()
    let done = 0
    return {
      inputs: (count) =>
        ledger.take(count).map(({ id, version }) => ({
          agentId: id,
          status: `status-${version + 1}`,
          reason: `reason of ${version + 1}`,
        })),
      verify({ inputs, results, reader }) {
        done += inputs.length
        inputs.forEach(({ agentId, status, reason }, i) => {
          const version = Number(status.slice('status-'.length))
          requireSame(
            [results[i]?.agentId, results[i]?.status, results[i]?.version],
            [agentId, status, version],
            'agent returned',
          )
          requireSame(transitionsTo(reader, agentId, status), [{ reason }], `transitions of ${agentId} to ${status}`)
        })
        for (const { agentId, status } of new Map(inputs.map((input) => [input.agentId, input])).values()) {
          const stored = reader.row(
            `SELECT status, version FROM agent_states WHERE namespace = 'default' AND agent_id = ?`,
            agentId,
          )
          requireSame(stored, { status, version: Number(status.slice('status-'.length)) }, agentId)
        }
        requireSame(reader.count('state_transitions'), SEEDED + done, 'number of transitions')
      },
    }
  },
})

export const recordTransition = defineOperation({
  name: 'recordStateTransition',
  kind: 'point',
  mode: 'write',
  method: 'recordStateTransition',
  workload: () => {
    let next = 0
    return {
      inputs: (count) =>
        Array.from({ length: count }, () => {
          const n = next++
          return { agentId: agentId(n % SEED.agents), before: 'idle', after: `after-${n}`, reason: `reason ${n}` }
        }),
      verify({ inputs, results, reader }) {
        inputs.forEach(({ agentId, before, after, reason }, i) => {
          const stored = reader.row(
            `SELECT agent_id, state_before, state_after, reason FROM state_transitions WHERE namespace = 'default' AND id = ?`,
            results[i]?.id,
          )
          requireSame(
            stored,
            { agent_id: agentId, state_before: before, state_after: after, reason },
            'transition stored',
          )
        })
        requireSame(reader.count('state_transitions'), SEEDED + next, 'number of transitions')
      },
    }
  },
})

export const history = defineOperation({
  name: 'getStateHistory, page of 100',
  kind: 'page',
  mode: 'read',
  method: 'getStateHistory',
  workload: () => ({
    inputs: (count) => Array.from({ length: count }, (_, i) => agentId(i % SEED.histories)),
    verify({ inputs, results }) {
      results.forEach(({ items }, i) => {
        const newestFirst = Array.from({ length: 100 }, (_, n) =>
          historyReason(inputs[i] as string, SEED.transitions - 1 - n),
        )
        requireSame(
          items.map(({ reason }) => reason),
          newestFirst,
          'transitions listed',
        )
        requireSame(items[99]?.timestamp instanceof Date, true, 'timestamp is a Date')
      })
    },
  }),
})

function transitionsTo(reader: Reader, agentId: string, status: string): unknown[] {
  return reader.rows(
    `SELECT reason FROM state_transitions WHERE namespace = 'default' AND agent_id = ? AND state_after = ?`,
    agentId,
    status,
  )
}
