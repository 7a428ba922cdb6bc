import type { Database } from 'better-sqlite3'
import { uuidv7 } from 'uuidv7'
import { NAMESPACE } from './connection.ts'
import { type AgentColumns, now, type SnapshotColumns, toAgent, toSnapshot, toSummary } from './raw-rows.ts'
import type { Operations } from './subject.ts'

const SUMMARY = `agent_id AS "agentId", name, status, metadata, version, created_at AS "createdAt", updated_at AS "updatedAt", deleted_at AS "deletedAt"`
const SAVED = `version, created_at AS "createdAt", updated_at AS "updatedAt", metadata`

type Names = 'saveAgentState' | 'loadAgentState' | 'listAgents' | 'deleteAgent' | 'createSnapshot' | 'restoreSnapshot'

/** How an agent's present version is kept beside it. */
export type PrepareRecord = (database: Database) => { run(namespace: string, agentId: string): unknown }

export function agentOperations(database: Database, prepare: PrepareRecord): Pick<Operations, Names> {
  const find = database.prepare<unknown[], AgentColumns>(
    `SELECT ${SUMMARY} FROM agent_states WHERE namespace = ? AND agent_id = ?`,
  )
  const save = database.prepare<unknown[], Pick<AgentColumns, 'version' | 'createdAt' | 'updatedAt' | 'metadata'>>(
    `INSERT INTO agent_states (namespace, agent_id, name, status, metadata, version, recorded_version, created_at, updated_at, state_data) VALUES (?, ?, ?, ?, ?, 1, 1, ?, ?, ?)
     ON CONFLICT (namespace, agent_id) DO UPDATE SET name = excluded.name, status = excluded.status, version = agent_states.version + 1,
       recorded_version = agent_states.version + 1, chain_bytes = NULL, updated_at = excluded.updated_at, state_data = excluded.state_data, metadata = excluded.metadata
     WHERE agent_states.deleted_at IS NULL RETURNING ${SAVED}`,
  )
  const load = database.prepare<unknown[], AgentColumns & { stateData: string }>(
    `SELECT ${SUMMARY}, state_data AS "stateData" FROM agent_states WHERE namespace = ? AND agent_id = ? AND deleted_at IS NULL`,
  )
  const list = database.prepare<unknown[], AgentColumns>(
    `SELECT ${SUMMARY} FROM agent_states WHERE namespace = ? AND agent_id > ? AND deleted_at IS NULL ORDER BY agent_id LIMIT ?`,
  )
  const remove = database.prepare(
    'UPDATE agent_states SET deleted_at = ? WHERE namespace = ? AND agent_id = ? AND deleted_at IS NULL RETURNING agent_id AS "agentId"',
  )
  const snapshot = database.prepare<unknown[], SnapshotColumns>(
    `INSERT INTO state_snapshots (namespace, id, agent_id, agent_version, description, created_at, expires_at)
     SELECT namespace, ?, agent_id, version, ?, ?, ? FROM agent_states WHERE namespace = ? AND agent_id = ?
     RETURNING id, agent_id AS "agentId", agent_version AS "agentVersion", description, created_at AS "createdAt", expires_at AS "expiresAt"`,
  )
  const findSnapshot = database.prepare<unknown[], { agentId: string; expiresAt: string | null; text: Buffer }>(
    `SELECT s.agent_id AS "agentId", s.expires_at AS "expiresAt", r.data AS text
     FROM state_snapshots s JOIN agent_revisions r ON r.namespace = s.namespace AND r.agent_id = s.agent_id AND r.version = s.agent_version
     WHERE s.namespace = ? AND s.id = ?`,
  )
  const restore = database.prepare<unknown[], AgentColumns & { stateData: string }>(
    `UPDATE agent_states SET version = version + 1, recorded_version = version + 1, chain_bytes = NULL, updated_at = ?, state_data = ?
     WHERE namespace = ? AND agent_id = ? RETURNING ${SUMMARY}, state_data AS "stateData"`,
  )
  const record = prepare(database)

  return {
    saveAgentState({ agentId, name, status, state, metadata, expectedVersion }) {
      if (expectedVersion !== undefined) {
        const stored = find.get(NAMESPACE, agentId)
        if ((stored?.version ?? 0) !== expectedVersion || stored?.deletedAt)
          throw new Error(`version conflict on ${agentId}`)
      }
      const time = now()
      const row = save.get(
        NAMESPACE,
        agentId,
        name,
        status,
        JSON.stringify(metadata),
        time,
        time,
        JSON.stringify(state),
      )
      if (row === undefined) throw new Error(`${agentId} is deleted`)
      record.run(NAMESPACE, agentId)
      return { ...toSummary({ ...row, agentId, name, status, deletedAt: null }), state }
    },
    loadAgentState(agentId) {
      const row = load.get(NAMESPACE, agentId)
      return row === undefined ? null : toAgent(row)
    },
    listAgents(limit) {
      const rows = list.all(NAMESPACE, '', limit + 1)
      return { items: rows.slice(0, limit).map(toSummary) }
    },
    deleteAgent: (agentId) => remove.get(now(), NAMESPACE, agentId) !== undefined,
    createSnapshot({ agentId, description }) {
      requireLive(find.get(NAMESPACE, agentId))
      return toSnapshot(snapshot.get(uuidv7(), description, now(), null, NAMESPACE, agentId) as SnapshotColumns)
    },
    restoreSnapshot(snapshotId) {
      const time = now()
      const found = findSnapshot.get(NAMESPACE, snapshotId)
      if (found === undefined || (found.expiresAt !== null && found.expiresAt <= time))
        throw new Error(`no snapshot ${snapshotId}`)
      requireLive(find.get(NAMESPACE, found.agentId))
      const state = stateIn(found.text)
      const row = restore.get(time, state, NAMESPACE, found.agentId) as AgentColumns & { stateData: string }
      record.run(NAMESPACE, found.agentId)
      return toAgent(row)
    },
  }
}

/** The statement that keeps an agent's present version, whole: what one writes by hand who wants to have each back. */
export const prepareRecord: PrepareRecord = (database) =>
  database.prepare(
    `INSERT INTO agent_revisions (namespace, agent_id, version, kind, status, size, created_at, chain_bytes, chain_start, data)
     SELECT namespace, agent_id, version, 'plain', status, length(data), updated_at, length(data) + 64, version, data
     FROM (
       SELECT *, CAST(json_quote(name) || char(10) || coalesce(metadata, '') || char(10) || state_data AS BLOB) AS data
       FROM agent_states WHERE namespace = ? AND agent_id = ?
     )`,
  )

/** The state in what \`prepareRecord\` keeps: its third line. */
export function stateIn(text: Uint8Array): string {
  return Buffer.from(text).toString().split('\n')[2] as string
}

function requireLive(agent: AgentColumns | undefined): void {
  if (agent === undefined || agent.deletedAt !== null) throw new Error('no such agent')
}
