import { agentId, agentInput } from '../data/content.ts'
import { SEED, SEEDED_VERSION } from '../data/template.ts'
import type { Subject } from '../subjects/subject.ts'
import { AgentLedger, requireStored } from './agent-ledger.ts'
import { defineOperation } from './operation.ts'
import { requireSame } from './reader.ts'

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
          const stored = reader.row(
            `SELECT s.agent_id, s.agent_version, s.description, r.version AS pinned
             FROM state_snapshots s LEFT JOIN agent_revisions r ON r.namespace = s.namespace AND r.agent_id = s.agent_id AND r.version = s.agent_version
             WHERE s.namespace = 'default' AND s.id = ?`,
            results[i]?.id,
          )
          requireSame(
            stored,
            { agent_id: agentId, agent_version: SEEDED_VERSION, description, pinned: SEEDED_VERSION },
            'snapshot stored',
          )
        })
        requireSame(reader.count('state_snapshots'), next, 'number of snapshots')
      },
    }
  },
})

/** Agents that have a snapshot to be restored. */
const WITH_SNAPSHOT = 256

export const restoreSnapshot = defineOperation({
  name: 'restoreSnapshot',
  kind: 'point',
  mode: 'write',
  method: 'restoreSnapshot',
  workload: () => {
    const ledger = new AgentLedger(WITH_SNAPSHOT, SEEDED_VERSION + 2)
    let snapshots: string[] | undefined
    let taken: ReturnType<AgentLedger['take']> = []
    return {
      async inputs(count, subject) {
        snapshots ??= await makeSnapshots(subject)
        taken = ledger.take(count)
        return taken.map(({ index }) => (snapshots as string[])[index] as string)
      },
      verify({ results, reader }) {
        taken.forEach(({ id, version }, i) => {
          requireSame(
            [results[i]?.agentId, results[i]?.version, results[i]?.state],
            [id, version + 1, agentInput(id, 0).state],
            'agent returned',
          )
        })
        for (const { id, version } of new Map(taken.map((agent) => [agent.id, agent])).values())
          requireStored(reader, agentInput(id, 0), version + 1)
      },
    }
  },
})

/** Saves step 0 of each agent once more, takes a snapshot of it, and saves step 1: every subject restores its own work. */
async function makeSnapshots({ operations, run }: Subject): Promise<string[]> {
  const { saveAgentState, createSnapshot } = operations as Required<Subject['operations']>
  const agents = Array.from({ length: WITH_SNAPSHOT }, (_, i) => agentId(i))
  const save = (step: number) =>
    run(
      'write',
      saveAgentState,
      agents.map((id) => agentInput(id, step)),
      64,
    )
  await save(0)
  const inputs = agents.map((id) => ({ agentId: id, description: `step 0 of ${id}` }))
  const made = await run('write', createSnapshot, inputs, 64)
  await save(1)
  return made.map(({ id }) => id)
}
