import type { Database } from 'better-sqlite3'
import { uuidv7 } from 'uuidv7'
import { NAMESPACE } from './connection.ts'
import { type AgentColumns, now, type SnapshotColumns, toAgent, toSnapshot, toSummary } from './raw-rows.ts'
import type { Operations } from './subject.ts'

const SUMMARY = `agent_id AS "agentId", name, status, metadata, version, created_at AS "createdAt", updated_at AS "updatedAt", deleted_at AS "deletedAt"`
const SAVED = `version, created_at AS "createdAt", updated_at AS "updatedAt", metadata`

type Names = 'saveAgentState' | 'loadAgentState' | 'listAgents' | 'deleteAgent' | 'createSnapshot' | 'restoreSnapshot'

export function agentOperations(database: Database): Pick<Operations, Names> {
  const find = database.prepare<unknown[], AgentColumns>(
    `SELECT ${SUMMARY} FROM agent_states WHERE namespace = ? AND agent_id = ?`,
  )
  const save = database.prepare<unknown[], Pick<AgentColumns, 'version' | 'createdAt' | 'updatedAt' | 'metadata'>>(
    `INSERT INTO agent_states (namespace, agent_id, name, status, metadata, version, created_at, updated_at, state_data) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)
     ON CONFLICT (namespace, agent_id) DO UPDATE SET name = excluded.name, status = excluded.status, version = agent_states.version + 1,
       updated_at = excluded.updated_at, state_data = excluded.state_data, metadata = excluded.metadata
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
    `INSERT INTO state_snapshots (namespace, id, agent_id, agent_version, description, created_at, expires_at, state_data)
     SELECT namespace, ?, agent_id, version, ?, ?, ?, state_data FROM agent_states WHERE namespace = ? AND agent_id = ?
     RETURNING id, agent_id AS "agentId", agent_version AS "agentVersion", description, created_at AS "createdAt", expires_at AS "expiresAt"`,
  )
  const findSnapshot = database.prepare<unknown[], { agentId: string; expiresAt: string | null }>(
    'SELECT agent_id AS "agentId", expires_at AS "expiresAt" FROM state_snapshots WHERE namespace = ? AND id = ?',
  )
  const restore = database.prepare<unknown[], AgentColumns & { stateData: string }>(
    `UPDATE agent_states SET version = version + 1, updated_at = ?, state_data = (SELECT s.state_data FROM state_snapshots s WHERE s.namespace = ? AND s.id = ?)
     WHERE namespace = ? AND agent_id = ? RETURNING ${SUMMARY}, state_data AS "stateData"`,
  )

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
      return toAgent(
        restore.get(time, NAMESPACE, snapshotId, NAMESPACE, found.agentId) as AgentColumns & { stateData: string },
      )
    },
  }
}

function requireLive(agent: AgentColumns | undefined): void {
  if (agent === undefined || agent.deletedAt !== null) throw new Error('no such agent')
}
