import { SnapshotExpiredError, SnapshotNotFoundError } from '../errors.ts'
import { type Operation, queryFirst, statement } from '../operation.ts'
import { fromTimestamp, timestampNow } from '../timestamp.ts'
import { AGENT_SUMMARY, type AgentRow, requireLiveAgent } from './agent-row.ts'

const FIND = statement<{ agentId: string; expiresAt: string | null }>(
  'SELECT agent_id AS "agentId", expires_at AS "expiresAt" FROM state_snapshots WHERE namespace = ? AND id = ?',
)

const RESTORE = statement<AgentRow>(
  `UPDATE agent_states SET version = version + 1, updated_at = ?, state_data = (SELECT s.state_data FROM state_snapshots s WHERE s.namespace = ? AND s.id = ?)
   WHERE namespace = ? AND agent_id = ?
   RETURNING ${AGENT_SUMMARY}, state_data AS "stateData"`,
)

/** Makes a snapshot's state the agent's newest version; name, status and metadata stay as they are. */
export function* restoreSnapshot(namespace: string, snapshotId: string): Operation<AgentRow> {
  const snapshot = yield* queryFirst(FIND, [namespace, snapshotId])
  if (snapshot === undefined) throw new SnapshotNotFoundError(snapshotId)
  const now = timestampNow()
  if (snapshot.expiresAt !== null && snapshot.expiresAt <= now)
    throw new SnapshotExpiredError(snapshotId, fromTimestamp(snapshot.expiresAt))
  yield* requireLiveAgent(namespace, snapshot.agentId)
  return (yield* queryFirst(RESTORE, [now, namespace, snapshotId, namespace, snapshot.agentId])) as AgentRow
}
