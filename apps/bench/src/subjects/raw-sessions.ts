import type { Database } from 'better-sqlite3'
import { uuidv7 } from 'uuidv7'
import { NAMESPACE } from './connection.ts'
import { now, type SessionColumns, toSession } from './raw-rows.ts'
import type { Operations } from './subject.ts'

const SESSION = `id, agent_id AS "agentId", started_at AS "startedAt", ended_at AS "endedAt", status, metadata`

export function sessionOperations(
  database: Database,
): Pick<Operations, 'startSession' | 'endSession' | 'listSessions'> {
  const start = database.prepare<unknown[], SessionColumns>(
    `INSERT INTO sessions (namespace, id, agent_id, started_at, status, metadata) VALUES (?, ?, ?, ?, 'active', ?)
     ON CONFLICT (namespace, id) DO NOTHING RETURNING ${SESSION}`,
  )
  const end = database.prepare<unknown[], SessionColumns>(
    `UPDATE sessions SET ended_at = ?, status = ? WHERE namespace = ? AND id = ? AND ended_at IS NULL RETURNING ${SESSION}`,
  )
  const list = database.prepare<unknown[], SessionColumns>(
    `SELECT ${SESSION} FROM sessions WHERE namespace = ? AND (started_at, id) < (?, ?) ORDER BY started_at DESC, id DESC LIMIT ?`,
  )

  return {
    startSession: ({ agentId, metadata }) =>
      toSession(start.get(NAMESPACE, uuidv7(), agentId, now(), JSON.stringify(metadata)) as SessionColumns),
    endSession(sessionId) {
      const row = end.get(now(), 'completed', NAMESPACE, sessionId)
      if (row === undefined) throw new Error(`no session ${sessionId}`)
      return toSession(row)
    },
    listSessions(limit) {
      const rows = list.all(NAMESPACE, '~', '', limit + 1)
      return { items: rows.slice(0, limit).map(toSession) }
    },
  }
}
