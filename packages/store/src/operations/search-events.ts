import { type Operation, query, statement } from '../operation.ts'
import { EVENT, type EventRow } from './save-events.ts'

export interface SearchEvents {
  /** Words that must all occur. */
  terms: readonly string[]
  sessionId: string | undefined
  eventType: string | undefined
  /** Hits to pass over: those of the pages before. */
  offset: number
  /** Only events up to this sequence number; undefined for the first page. */
  upTo: number | undefined
  limit: number
}

/** An event that was found. */
export interface EventHitRow extends EventRow {
  /** BM25, larger is better. */
  score: number
  /** A piece of the content around the first matches, each in square brackets. */
  snippet: string
}

export interface EventHits {
  hits: EventHitRow[]
  /** The newest event that the search has seen: the pages that follow look no further. */
  upTo: number
}

const NEWEST = statement<{ seq: number }>('SELECT coalesce(max(seq), 0) AS seq FROM events')

// Ranked in a subquery of its own, so that snippets and rows are made for the hits of the page alone.
const search = (where: string) =>
  statement<EventHitRow>(
    `SELECT ${EVENT}, -ranked.score AS score,
       (SELECT snippet(events_fts, 0, '[', ']', '…', 24) FROM events_fts WHERE events_fts MATCH ? AND rowid = ranked.hit) AS snippet
     FROM (
       SELECT f.rowid AS hit, f.rank AS score FROM events_fts f JOIN events m ON m.seq = f.rowid
       WHERE f.events_fts MATCH ? AND f.rowid <= ? AND m.namespace = ?${where}
       ORDER BY f.rank, f.rowid LIMIT ? OFFSET ?
     ) ranked JOIN events ON events.seq = ranked.hit ORDER BY ranked.score, ranked.hit`,
  )

const ALL = search('')
const BY_SESSION = search(' AND m.session_id = ?')
const BY_TYPE = search(' AND m.event_type = ?')
const BY_BOTH = search(' AND m.session_id = ? AND m.event_type = ?')

/**
 * Finds events by their words, best first (BM25). A page is a place in the ranking of the events that the first page
 * saw: scores move as events are added, so a key made of a score would skip or repeat hits.
 */
export function* searchEvents(namespace: string, input: SearchEvents): Operation<EventHits> {
  const { terms, sessionId, eventType, offset, limit } = input
  const upTo = input.upTo ?? (yield* query(NEWEST, []))[0]?.seq ?? 0
  const match = terms.map((term) => `"${term.replaceAll('"', '""')}"`).join(' ')
  const scope = [sessionId, eventType].filter((value) => value !== undefined)
  const statement =
    sessionId === undefined ? (eventType === undefined ? ALL : BY_TYPE) : eventType === undefined ? BY_SESSION : BY_BOTH
  const hits = yield* query(statement, [match, match, upTo, namespace, ...scope, limit, offset])
  return { hits, upTo }
}
