import type { Event, EventInput, JsonValue } from '@descartes/sdk'
import type { Database } from 'better-sqlite3'
import { uuidv7 } from 'uuidv7'
import { NAMESPACE, now } from './raw.ts'
import { type EventColumns, toEvent } from './raw-rows.ts'
import type { Operations } from './subject.ts'

const COLUMNS = [
  'id',
  'seq',
  'event_type AS "eventType"',
  'timestamp',
  'session_id AS "sessionId"',
  'actor_type AS "actorType"',
  'actor_id AS "actorId"',
  'git_commit AS "gitCommit"',
  'metadata',
  'content',
]

export function eventOperations(
  database: Database,
): Pick<Operations, 'saveEvent' | 'saveEvents' | 'getEvents' | 'searchEvents'> {
  const insert = database.prepare(
    `INSERT INTO events (namespace, id, seq, event_type, timestamp, session_id, actor_type, actor_id, git_commit, metadata, content)
     VALUES (?, ?, (SELECT coalesce(max(seq), 0) + 1 FROM events), ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
  )
  const list = database.prepare<unknown[], EventColumns>(
    `SELECT ${COLUMNS} FROM events WHERE namespace = ? AND session_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
  )
  const matches = database.prepare<unknown[], { seq: number; score: number }>(
    `SELECT f.rowid AS seq, -f.rank AS score
     FROM events_fts f CROSS JOIN events m INDEXED BY events_seq_idx ON m.seq = f.rowid
     WHERE f.events_fts MATCH ? AND f.rowid <= CAST(? AS INTEGER) AND m.namespace = ?
     ORDER BY f.rowid DESC LIMIT 256`,
  )
  const hit = database.prepare<unknown[], EventColumns & { snippet: string }>(
    `SELECT ${COLUMNS}, (SELECT snippet(events_fts, 0, '[', ']', '…', 24) FROM events_fts WHERE events_fts MATCH ? AND rowid = events.seq) AS snippet
     FROM events WHERE seq = ? AND namespace = ?`,
  )

  function save(
    { eventType, sessionId, actorType, actorId, content, metadata = null }: EventInput,
    time: string,
  ): Event {
    const id = uuidv7()
    const text = metadata === null ? null : JSON.stringify(metadata)
    insert.get(NAMESPACE, id, eventType, time, sessionId, actorType, actorId, null, text, content)
    return {
      id,
      eventType,
      sessionId,
      actorType,
      actorId,
      content,
      metadata: metadata as JsonValue,
      gitCommit: null,
      timestamp: new Date(time),
    }
  }

  return {
    saveEvent: (input) => save(input, now()),
    saveEvents(inputs) {
      const time = now()
      return inputs.map((input) => save(input, time))
    },
    getEvents(sessionId) {
      const rows = list.all(NAMESPACE, sessionId, 0, 101)
      return { items: rows.slice(0, 100).map(toEvent) }
    },
    searchEvents({ query, limit }) {
      const match = query
        .split(/\s+/)
        .map((word) => `"${word.replaceAll('"', '""')}"`)
        .join(' ')
      const ranked = matches
        .all(match, Number.MAX_SAFE_INTEGER, NAMESPACE)
        .sort((a, b) => b.score - a.score || b.seq - a.seq)
      const items = ranked.slice(0, limit).map(({ seq, score }) => {
        const row = hit.get(match, seq, NAMESPACE) as EventColumns & { snippet: string }
        return { event: toEvent(row), score, snippet: row.snippet }
      })
      return { items }
    },
  }
}
