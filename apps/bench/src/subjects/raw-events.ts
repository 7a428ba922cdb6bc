import type { Event, EventInput, JsonValue } from '@descartes/sdk'
import type { Database } from 'better-sqlite3'
import { uuidv7 } from 'uuidv7'
import { NAMESPACE } from './connection.ts'
import { type EventColumns, now, toEvent } from './raw-rows.ts'
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
     VALUES (?, ?, 1 + max(coalesce((SELECT max(seq) FROM events), 0), coalesce((SELECT seq FROM events_deleted_seq), 0)), ?, ?, ?, ?, ?, ?, ?, ?)
     RETURNING seq`,
  )
  const list = database.prepare<unknown[], EventColumns>(
    `SELECT ${COLUMNS} FROM events WHERE namespace = ? AND session_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
  )
  const matches = database.prepare<unknown[], { seqs: string; texts: string; sizes: string }>(
    `SELECT json_group_array(seq) AS seqs, json_group_array(text) AS texts, json_group_array(bytes) AS sizes FROM (
       SELECT f.rowid AS seq, substr(m.content, 1, 4096) AS text, octet_length(m.content) AS bytes
       FROM events_fts f CROSS JOIN events m INDEXED BY events_seq_idx ON m.seq = f.rowid
       WHERE f.events_fts MATCH ? AND f.rowid <= CAST(? AS INTEGER) AND m.namespace = ?
       ORDER BY f.rowid DESC LIMIT 128
     )`,
  )
  const hits = database.prepare<unknown[], EventColumns & { content: string }>(
    `SELECT ${COLUMNS} FROM events INDEXED BY events_seq_idx WHERE seq IN (SELECT value FROM json_each(?)) AND namespace = ?`,
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
      const words = query.split(/\s+/)
      const match = words.map((word) => `"${word.replaceAll('"', '""')}"`).join(' ')
      const scores = new Map<number, number>()
      const block = matches.get(match, Number.MAX_SAFE_INTEGER, NAMESPACE) as Record<'seqs' | 'texts' | 'sizes', string>
      const seqs = JSON.parse(block.seqs) as number[]
      const sizes = JSON.parse(block.sizes) as number[]
      for (const [i, text] of (JSON.parse(block.texts) as string[]).entries())
        scores.set(seqs[i] as number, scoreOf(words, text, sizes[i] as number))
      const best = [...scores].sort((a, b) => b[1] - a[1] || b[0] - a[0]).slice(0, limit)
      if (best.length === 0) return { items: [] }
      const page = best.map(([seq]) => seq)
      const rows = hits.all(JSON.stringify(page), NAMESPACE)
      const found = new Map(rows.map((row) => [row.seq, row]))
      const items = best.flatMap(([seq, score]) => {
        const row = found.get(seq)
        return row === undefined ? [] : [{ event: toEvent(row), score, snippet: snippetOf(row.content, words) }]
      })
      return { items }
    },
  }
}

/** The term weighting of BM25, as in our operation, by hand: for words of plain letters alone. */
function scoreOf(words: readonly string[], text: string, bytes: number): number {
  const counts = new Map<string, number>()
  for (const word of text.toLowerCase().split(/\W+/)) counts.set(word, (counts.get(word) ?? 0) + 1)
  const length = 1.2 * (0.25 + (0.75 * bytes) / 400)
  let score = 0
  for (const word of words) {
    const count = counts.get(word) ?? 1
    score += (count * 2.2) / (count + length)
  }
  return score
}

/** A piece around the first of the words, each in brackets: for words of plain letters alone. */
function snippetOf(content: string, words: readonly string[]): string {
  const start = Math.max(0, Math.min(...words.map((word) => content.indexOf(word))) - 50)
  const piece = content.slice(start, start + 160)
  return piece.replace(new RegExp(`\\b(${words.join('|')})\\b`, 'g'), '[$1]')
}
