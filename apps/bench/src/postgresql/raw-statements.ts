/** A statement that the server prepares once on each connection. */
export interface Prepared {
  name: string
  text: string
}

const prepared = (name: string, text: string): Prepared => ({ name, text })

const SUMMARY = `agent_id AS "agentId", name, status, metadata, version, created_at AS "createdAt", updated_at AS "updatedAt", deleted_at AS "deletedAt"`
const TASK = `id, title, description, status, assigned_to AS "assignedTo", created_at AS "createdAt", updated_at AS "updatedAt", metadata`

export const FIND_AGENT = prepared(
  'find_agent',
  `SELECT ${SUMMARY} FROM agent_states WHERE namespace = $1 AND agent_id = $2 FOR NO KEY UPDATE`,
)
export const SAVE_AGENT = prepared(
  'save_agent',
  `INSERT INTO agent_states (namespace, agent_id, name, status, metadata, version, recorded_version, created_at, updated_at, state_data) VALUES ($1, $2, $3, $4, $5, 1, 1, $6, $6, $7)
   ON CONFLICT (namespace, agent_id) DO UPDATE SET name = excluded.name, status = excluded.status, version = agent_states.version + 1,
     recorded_version = agent_states.version + 1, chain_bytes = NULL, updated_at = excluded.updated_at, state_data = excluded.state_data, metadata = excluded.metadata
   WHERE agent_states.deleted_at IS NULL RETURNING version, created_at AS "createdAt", updated_at AS "updatedAt", metadata`,
)
/** Keeps an agent's present version, whole: what one writes by hand who wants to have each back. */
export const RECORD_VERSION = prepared(
  'record_version',
  `INSERT INTO agent_revisions (namespace, agent_id, version, kind, status, size, created_at, chain_bytes, chain_start, data)
   SELECT namespace, agent_id, version, 'plain', status, length(text), updated_at, length(text) + 64, version, text
   FROM (
     SELECT *, convert_to(to_json(name)::text || chr(10) || coalesce(metadata::text, '') || chr(10) || state_data, 'UTF8') AS text
     FROM agent_states WHERE namespace = $1 AND agent_id = $2
   ) agent`,
)
export const LOAD_AGENT = prepared(
  'load_agent',
  `SELECT ${SUMMARY}, state_data AS state FROM agent_states WHERE namespace = $1 AND agent_id = $2 AND deleted_at IS NULL`,
)
export const UPDATE_STATUS = prepared(
  'update_status',
  `UPDATE agent_states SET status = $1, version = version + 1, recorded_version = version + 1, chain_bytes = NULL, updated_at = $2
   WHERE namespace = $3 AND agent_id = $4 RETURNING version`,
)
export const INSERT_TRANSITION = prepared(
  'insert_transition',
  `INSERT INTO state_transitions (namespace, id, agent_id, seq, state_before, state_after, reason, timestamp)
   VALUES ($1, $2, $3, (SELECT coalesce(max(seq), 0) + 1 FROM state_transitions WHERE namespace = $1 AND agent_id = $3), $4, $5, $6, $7)
   RETURNING id, agent_id AS "agentId", state_before AS before, state_after AS after, reason, timestamp, metadata`,
)
export const INSERT_EVENT = prepared(
  'insert_event',
  `INSERT INTO events (namespace, id, event_type, timestamp, session_id, actor_type, actor_id, metadata, content)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING seq`,
)
export const INSERT_TASK = prepared(
  'insert_task',
  `INSERT INTO tasks (namespace, id, title, description, assigned_to, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING ${TASK}`,
)
export const GET_TASK = prepared('get_task', `SELECT ${TASK} FROM tasks WHERE namespace = $1 AND id = $2`)
