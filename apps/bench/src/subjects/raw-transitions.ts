import type { Database } from 'better-sqlite3'
import { uuidv7 } from 'uuidv7'
import { NAMESPACE } from './connection.ts'
import { prepareRecord } from './raw-agents.ts'
import { type AgentColumns, now, type TransitionColumns, toSummary, toTransition } from './raw-rows.ts'
import type { Operations } from './subject.ts'

const TRANSITION = `id, agent_id AS "agentId", seq, state_before AS "stateBefore", state_after AS "stateAfter", reason, timestamp, metadata`

export function transitionOperations(
  database: Database,
): Pick<Operations, 'updateAgentStatus' | 'recordStateTransition' | 'getStateHistory'> {
  const find = database.prepare<unknown[], AgentColumns>(
    `SELECT agent_id AS "agentId", name, status, metadata, version, created_at AS "createdAt", updated_at AS "updatedAt", deleted_at AS "deletedAt"
     FROM agent_states WHERE namespace = ? AND agent_id = ?`,
  )
  const update = database.prepare(
    `UPDATE agent_states SET status = ?, version = version + 1, recorded_version = version + 1, chain_bytes = NULL, updated_at = ?
     WHERE namespace = ? AND agent_id = ? RETURNING version`,
  )
  const record = prepareRecord(database)
  const insert = database.prepare<unknown[], TransitionColumns>(
    `INSERT INTO state_transitions (namespace, id, agent_id, seq, state_before, state_after, reason, timestamp, metadata)
     VALUES (?, ?, ?, (SELECT coalesce(max(seq), 0) + 1 FROM state_transitions WHERE namespace = ? AND agent_id = ?), ?, ?, ?, ?, ?)
     RETURNING ${TRANSITION}`,
  )
  const list = database.prepare<unknown[], TransitionColumns>(
    `SELECT ${TRANSITION} FROM state_transitions WHERE namespace = ? AND agent_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
  )

  return {
    updateAgentStatus({ agentId, status, reason }) {
      const agent = find.get(NAMESPACE, agentId)
      if (agent === undefined || agent.deletedAt !== null) throw new Error(`no agent ${agentId}`)
      const time = now()
      update.get(status, time, NAMESPACE, agentId)
      record.run(NAMESPACE, agentId)
      insert.get(NAMESPACE, uuidv7(), agentId, NAMESPACE, agentId, agent.status, status, reason, time, null)
      return toSummary({ ...agent, status, version: agent.version + 1, updatedAt: time })
    },
    recordStateTransition({ agentId, before, after, reason }) {
      const agent = find.get(NAMESPACE, agentId)
      if (agent === undefined || agent.deletedAt !== null) throw new Error(`no agent ${agentId}`)
      return toTransition(
        insert.get(
          NAMESPACE,
          uuidv7(),
          agentId,
          NAMESPACE,
          agentId,
          before,
          after,
          reason,
          now(),
          null,
        ) as TransitionColumns,
      )
    },
    getStateHistory(agentId) {
      const rows = list.all(NAMESPACE, agentId, Number.MAX_SAFE_INTEGER, 101)
      return { items: rows.slice(0, 100).map(toTransition) }
    },
  }
}
