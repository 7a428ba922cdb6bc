import { type Operation, queryFirst, statement } from '../operation.ts'
import { timestampNow } from '../timestamp.ts'
import { requireLiveAgent } from './agent-row.ts'

/** A snapshot without its state, as it is stored. */
export interface SnapshotRow {
  id: string
  agentId: string
  /** The agent's version when the snapshot was taken. */
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

// The state is copied within the database and never passes through JavaScript.
const CREATE = statement<SnapshotRow>(
  `INSERT INTO state_snapshots (namespace, id, agent_id, agent_version, description, created_at, expires_at, state_data)
   SELECT namespace, ?, agent_id, version, ?, ?, ?, state_data FROM agent_states WHERE namespace = ? AND agent_id = ?
   RETURNING ${SNAPSHOT}`,
)

/** Keeps a copy of an agent's present state. */
export function* createSnapshot(
  namespace: string,
  { id, agentId, description, expiresAt }: CreateSnapshot,
): Operation<SnapshotRow> {
  yield* requireLiveAgent(namespace, agentId)
  return (yield* queryFirst(CREATE, [id, description, timestampNow(), expiresAt, namespace, agentId])) as SnapshotRow
}
