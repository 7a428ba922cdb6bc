import { SnapshotExpiredError, SnapshotNotFoundError } from '../errors.ts'
import { type Operation, queryFirst, statement } from '../operation.ts'
import { fromTimestamp, timestampNow } from '../timestamp.ts'
import type { AgentRow } from './agent-row.ts'
import { restoreRevision } from './restore-revision.ts'

const FIND = statement<{ agentId: string; version: number; expiresAt: string | null }>(
  'SELECT agent_id AS "agentId", agent_version AS version, expires_at AS "expiresAt" FROM state_snapshots WHERE namespace = ? AND id = ?',
)

export interface RestoreSnapshot {
  snapshotId: string
  /** The version of the caller's schema; a state of a newer one is refused. */
  schemaVersion: number
}

/** Makes a snapshot's state the agent's newest version; name, status and metadata stay as they are. */
export function* restoreSnapshot(
  namespace: string,
  { snapshotId, schemaVersion }: RestoreSnapshot,
): Operation<AgentRow> {
  const snapshot = yield* queryFirst(FIND, [namespace, snapshotId])
  if (snapshot === undefined) throw new SnapshotNotFoundError(snapshotId)
  const { agentId, version, expiresAt } = snapshot
  if (expiresAt !== null && expiresAt <= timestampNow())
    throw new SnapshotExpiredError(snapshotId, fromTimestamp(expiresAt))
  return yield* restoreRevision(namespace, { agentId, version, expectedVersion: undefined, schemaVersion })
}
