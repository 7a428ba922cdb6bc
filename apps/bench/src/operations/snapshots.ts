import { agentId, agentInput } from '../data/content.ts'
import { SEED, SEEDED_VERSION } from '../data/template.ts'
import { AgentLedger, requireStored, snapshotState } from './agent-ledger.ts'
import { defineOperation } from './operation.ts'
import { Reader, requireSame } from './reader.ts'

export const createSnapshot = defineOperation({
  name: 'createSnapshot',
  kind: 'point',
  mode: 'write',
  method: 'createSnapshot',
  workload: () => {
    let next = 0
    return {
      inputs: (count) =>
        Array.from({ length: count }, () => {
          const n = next++
          return { agentId: agentId(n % SEED.agents), description: `snapshot ${n}` }
        }),
      verify({ inputs, results, reader }) {
        inputs.forEach(({ agentId, description }, i) => {
          const stored = reader.row<{ state: string }>(
            `SELECT agent_id, agent_version, description, state_data AS state FROM state_snapshots WHERE namespace = 'default' AND id = ?`,
            results[i]?.id,
          )
          const expected = {
            agent_id: agentId,
            agent_version: SEEDED_VERSION,
            description,
            state: agentInput(agentId, 1).state,
          }
          requireSame(stored && { ...stored, state: JSON.parse(stored.state) as unknown }, expected, 'snapshot stored')
        })
        requireSame(reader.count('state_snapshots'), SEED.snapshots + next, 'number of snapshots')
      },
    }
  },
})

export const restoreSnapshot = defineOperation({
  name: 'restoreSnapshot',
  kind: 'point',
  mode: 'write',
  method: 'restoreSnapshot',
  workload: () => {
    const ledger = new AgentLedger(SEED.snapshots)
    let snapshots: string[] | undefined
    let taken: ReturnType<AgentLedger['take']> = []
    return {
      inputs(count, subject) {
        snapshots ??= seededSnapshots(subject.path)
        taken = ledger.take(count)
        return taken.map(({ index }) => (snapshots as string[])[index] as string)
      },
      verify({ results, reader }) {
        taken.forEach(({ id, version }, i) => {
          requireSame(
            [results[i]?.agentId, results[i]?.version, results[i]?.state],
            [id, version + 1, snapshotState(id)],
            'agent returned',
          )
        })
        for (const { id, version } of new Map(taken.map((agent) => [agent.id, agent])).values())
          requireStored(reader, agentInput(id, 0), version + 1)
      },
    }
  },
})

/** The snapshots' ids, in the order of their agents. */
function seededSnapshots(path: string): string[] {
  const reader = new Reader(path)
  try {
    return reader.rows<{ id: string }>('SELECT id FROM state_snapshots ORDER BY agent_id').map(({ id }) => id)
  } finally {
    reader.close()
  }
}
