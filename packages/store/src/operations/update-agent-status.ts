import { execute, type Operation, statement } from '../operation.ts'
import { encodeUnchanged } from '../revisions/encode-unchanged.ts'
import { type AgentSummaryRow, requireLive } from './agent-row.ts'
import { forgetHead, type HeadSummary, readHead, readHeadSummary, stateOf } from './head.ts'
import { insertRevision } from './insert-revision.ts'
import { insertTransition } from './record-transition.ts'
import { requireVersion } from './save-agent.ts'
import { timestampAfter, writeVersion } from './write-version.ts'

export interface UpdateAgentStatus {
  agentId: string
  status: string
  reason: string | null
  expectedVersion: number | undefined
  transitionId: string
}

const UPDATE = statement(
  'UPDATE agent_states SET status = ?, version = ?, updated_at = ?, recorded_version = ?, chain_bytes = ? WHERE namespace = ? AND agent_id = ?',
  { leavesKept: true },
)

/** Sets an agent's status, one version up, and records the transition with it. */
export function* updateAgentStatus(namespace: string, input: UpdateAgentStatus): Operation<AgentSummaryRow> {
  const { agentId, status, reason, expectedVersion, transitionId } = input
  const head = requireLive(agentId, yield* readHeadSummary(namespace, agentId))
  requireVersion(agentId, expectedVersion, head.version)
  const updated = yield* writeStatus(namespace, head, status)
  yield* insertTransition(namespace, {
    id: transitionId,
    agentId,
    before: head.status,
    after: status,
    reason,
    metadata: null,
    timestamp: updated.updatedAt,
  })
  return updated
}

// The text of the new version is that of the one before: it need not be read, but where the chain has grown too long.
// Where the chain begins stays as it is.
function* writeStatus(namespace: string, head: HeadSummary, status: string): Operation<AgentSummaryRow> {
  const { agentId, schemaVersion, recordedVersion, chainBytes, chainStart, checksum, size } = head
  const known =
    recordedVersion !== null && chainBytes !== null && chainStart !== null && checksum !== null && size !== null
  const revision = known ? encodeUnchanged(size, { chainBytes, checksum }) : undefined
  if (!known || revision === undefined) {
    const whole = requireLive(agentId, yield* readHead(namespace, agentId))
    return yield* writeVersion(namespace, agentId, whole, { ...whole, status, stateData: stateOf(whole) })
  }
  const [version, now] = [head.version + 1, timestampAfter(head)]
  yield* forgetHead(namespace, agentId)
  yield* execute(UPDATE, [status, version, now, version, revision.chainBytes, namespace, agentId])
  const made = { agentId, version, status, createdAt: now, schemaVersion, size, chainStart }
  yield* insertRevision(namespace, made, revision, { agentId, version: recordedVersion })
  return { ...head, status, version, updatedAt: now }
}
