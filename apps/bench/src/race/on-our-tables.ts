import type { EventInput } from '@descartes/sdk'
import { Reader } from '../operations/reader.ts'
import type { Subject } from '../subjects/subject.ts'
import type { ContestantId, Entrant } from './entrant.ts'

/** A subject whose file has our tables, read back on a connection of its own. */
export function onOurTables(name: ContestantId, subject: Subject, more: Partial<Entrant> = {}): Entrant {
  const reader = new Reader(subject.path)
  return {
    ...subject,
    name,
    async stored(agentIds) {
      return agentIds.flatMap((agentId) => {
        const row = reader.row<{ version: number; state: string }>(
          `SELECT version, state_data AS state FROM agent_states
           WHERE namespace = 'default' AND agent_id = ? AND deleted_at IS NULL`,
          agentId,
        )
        return row === undefined ? [] : [{ agentId, version: row.version, state: JSON.parse(row.state) as unknown }]
      })
    },
    async events(sessionId) {
      const rows = reader.rows<{ content: string; metadata: string }>(
        `SELECT content, metadata FROM events WHERE namespace = 'default' AND session_id = ?`,
        sessionId,
      )
      return rows.map(({ content, metadata }) => ({
        content,
        metadata: JSON.parse(metadata) as EventInput['metadata'],
      }))
    },
    async close() {
      reader.close()
      await subject.close()
    },
    ...more,
  }
}
