import { VersionConflictError } from '../errors.ts'
import { execute, type Operation, statement } from '../operation.ts'
import { timestampNow } from '../timestamp.ts'
import { type AgentSummaryRow, requireLiveAgent } from './agent-row.ts'
import { insertTransition } from './record-transition.ts'

export interface UpdateAgentStatus {
  agentId: string
  status: string
  reason: string | null
  expectedVersion: number | undefined
  transitionId: string
}

const UPDATE = statement(
  'UPDATE agent_states SET status = ?, version = version + 1, updated_at = ? WHERE namespace = ? AND agent_id = ?',
)

/** Sets an agent's status, one version up, and records the transition with it. */
export function* updateAgentStatus(namespace: string, input: UpdateAgentStatus): Operation<AgentSummaryRow> {
  const { agentId, status, reason, expectedVersion, transitionId } = input
  const agent = yield* requireLiveAgent(namespace, agentId)
  if (expectedVersion !== undefined && agent.version !== expectedVersion)
    throw new VersionConflictError(agentId, expectedVersion, agent.version)
  const now = timestampNow()
  yield* execute(UPDATE, [status, now, namespace, agentId])
  yield* insertTransition(namespace, {
    id: transitionId,
    agentId,
    before: agent.status,
    after: status,
    reason,
    metadata: null,
    timestamp: now,
  })
  return { ...agent, status, version: agent.version + 1, updatedAt: now }
}
