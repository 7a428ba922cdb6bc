import { type Operation, queryFirst, statement } from '../operation.ts'
import { timestampNow } from '../timestamp.ts'
import { recordHead } from './record-head.ts'

/** A snapshot, as it is stored. */
export interface SnapshotRow {
  id: string
  agentId: string
  /** The pinned version. */
  agentVersion: number
  description: string | null
  createdAt: string
  expiresAt: string | null
}

export interface CreateSnapshot {
  id: string
  agentId: string
  description: string | null
  expiresAt: string | null
}

export const SNAPSHOT = `id, agent_id AS "agentId", agent_version AS "agentVersion", description, created_at AS "createdAt", expires_at AS "expiresAt"`

const CREATE = statement<SnapshotRow>(
  `INSERT INTO state_snapshots (namespace, id, agent_id, agent_version, description, created_at, expires_at)
   VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING ${SNAPSHOT}`,
  { leavesKept: true },
)

/** Pins an agent's present version. The state is neither read nor copied. */
export function* createSnapshot(
  namespace: string,
  { id, agentId, description, expiresAt }: CreateSnapshot,
): Operation<SnapshotRow> {
  const version = yield* recordHead(namespace, agentId)
  const row = [namespace, id, agentId, version, description, timestampNow(), expiresAt]
  return (yield* queryFirst(CREATE, row)) as SnapshotRow
}
