import { AgentDeletedError, fromTimestamp, type Operation, queryFirst, statement, timestampNow } from '@descartes/store'

// How version 0.1, which kept no revisions, saved and loaded an agent: one statement each.

export interface SaveAgent {
  agentId: string
  name: string
  status: string
  metadata: string | null | undefined
  stateData: string
}

interface SavedAgent {
  version: number
  createdAt: string
  updatedAt: string
  metadata: string | number | null
}

export interface AgentRow extends SavedAgent {
  agentId: string
  name: string
  status: string
  deletedAt: string | null
}

const save = (metadata: string) =>
  statement<SavedAgent>(
    `INSERT INTO agent_states (namespace, agent_id, name, status, metadata, version, created_at, updated_at, state_data) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)
     ON CONFLICT (namespace, agent_id) DO UPDATE SET name = excluded.name, status = excluded.status, version = agent_states.version + 1,
       updated_at = excluded.updated_at, state_data = excluded.state_data${metadata}
     WHERE agent_states.deleted_at IS NULL RETURNING version, created_at AS "createdAt", updated_at AS "updatedAt", metadata`,
  )
const SAVE = save(', metadata = excluded.metadata')
const SAVE_KEEPING_METADATA = save('')

const SUMMARY = `agent_id AS "agentId", name, status, metadata, version, created_at AS "createdAt", updated_at AS "updatedAt", deleted_at AS "deletedAt"`
const FIND = statement<AgentRow>(`SELECT ${SUMMARY} FROM agent_states WHERE namespace = ? AND agent_id = ?`)
const LOAD = statement<AgentRow & { stateData: string }>(
  `SELECT ${SUMMARY}, state_data AS "stateData" FROM agent_states WHERE namespace = ? AND agent_id = ? AND deleted_at IS NULL`,
)

export function* saveAgent(namespace: string, input: SaveAgent): Operation<SavedAgent> {
  const { agentId, name, status, metadata, stateData } = input
  const now = timestampNow()
  const row = [namespace, agentId, name, status, metadata ?? null, now, now, stateData]
  const saved = yield* queryFirst(metadata === undefined ? SAVE_KEEPING_METADATA : SAVE, row)
  if (saved !== undefined) return saved
  const stored = (yield* queryFirst(FIND, [namespace, agentId])) as AgentRow
  throw new AgentDeletedError(agentId, fromTimestamp(stored.deletedAt as string))
}

export function* loadAgent(
  namespace: string,
  agentId: string,
): Operation<(AgentRow & { stateData: string }) | undefined> {
  return yield* queryFirst(LOAD, [namespace, agentId])
}
