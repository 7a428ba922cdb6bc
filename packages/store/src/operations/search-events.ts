import { type Operation, query, statement } from '../operation.ts'
import { EVENT, type EventRow } from './save-events.ts'

/** A match and its BM25 score, larger is better. */
export interface Match {
  seq: number
  score: number
}

/** What the pages so far have left. */
export interface SearchPosition {
  /** Matches that are ranked already, best first. */
  ranked: readonly Match[]
  /** Matches up to this sequence number are still to be ranked; null when there are none. */
  upTo: number | null
}

export interface SearchEvents {
  /** Words that must all occur. */
  terms: readonly string[]
  sessionId: string | undefined
  eventType: string | undefined
  /** Undefined for the first page. */
  position: SearchPosition | undefined
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
  /** What the next page goes on with; undefined after the last. */
  next: SearchPosition | undefined
}

/** Matches that are ranked against each other, however many there are; to find them, other tenants' are passed by. */
const BLOCK = 256

// The planner would look each match up by its namespace, which is quadratic: the index by seq is named. The cast is
// for FTS5, which does not see a bound that comes as a floating-point number, as better-sqlite3 binds every number.
const newestMatches = (where: string) =>
  statement<Match>(
    `SELECT f.rowid AS seq, -f.rank AS score
     FROM events_fts f CROSS JOIN events m INDEXED BY events_seq_idx ON m.seq = f.rowid
     WHERE f.events_fts MATCH ? AND f.rowid <= CAST(? AS INTEGER) AND m.namespace = ?${where}
     ORDER BY f.rowid DESC LIMIT ${BLOCK}`,
  )

const ALL = newestMatches('')
const BY_SESSION = newestMatches(' AND m.session_id = ?')
const BY_TYPE = newestMatches(' AND m.event_type = ?')
const BY_BOTH = newestMatches(' AND m.session_id = ? AND m.event_type = ?')

// One walk along the words for all hits of a page. Without the unary plus, FTS5 would walk anew for each of them.
const HITS = statement<Omit<EventHitRow, 'score'>>(
  `SELECT ${EVENT}, found.snippet FROM
     (SELECT f.rowid AS hit, snippet(events_fts, 0, '[', ']', '…', 24) AS snippet FROM events_fts f
      WHERE f.events_fts MATCH ? AND f.rowid BETWEEN CAST(? AS INTEGER) AND CAST(? AS INTEGER)
        AND +f.rowid IN (SELECT value FROM json_each(?))) found
     CROSS JOIN events INDEXED BY events_seq_idx ON events.seq = found.hit
   WHERE events.namespace = ?`,
)

const START: SearchPosition = { ranked: [], upTo: Number.MAX_SAFE_INTEGER }

/**
 * Finds events by their words: of the newest 256 matches the best first (BM25), then of the 256 before them, and so on.
 * What is ranked and not yet given out goes with the position, and is not ranked again: scores move with every event that
 * is added, so neither a score nor a place in the ranking would find the same hits at the next page.
 */
export function* searchEvents(namespace: string, input: SearchEvents): Operation<EventHits> {
  const { terms, limit, position = START } = input
  const match = terms.map((term) => `"${term.replaceAll('"', '""')}"`).join(' ')
  const { ranked, upTo } =
    position.ranked.length > 0 ? position : yield* rankBlock(namespace, match, input, position.upTo)
  const hits = yield* readHits(namespace, match, ranked.slice(0, limit))
  const left = { ranked: ranked.slice(limit), upTo }
  return { hits, next: left.ranked.length > 0 || left.upTo !== null ? left : undefined }
}

function* rankBlock(
  namespace: string,
  match: string,
  { sessionId, eventType }: SearchEvents,
  upTo: number | null,
): Operation<SearchPosition> {
  const scope = [sessionId, eventType].filter((value) => value !== undefined)
  const matches = yield* query(statementFor(sessionId, eventType), [match, upTo, namespace, ...scope])
  const oldest = matches.length === BLOCK ? matches.at(-1) : undefined
  return {
    ranked: matches.toSorted((a, b) => b.score - a.score || b.seq - a.seq),
    upTo: oldest === undefined ? null : oldest.seq - 1,
  }
}

function* readHits(namespace: string, match: string, page: readonly Match[]): Operation<EventHitRow[]> {
  if (page.length === 0) return []
  const seqs = page.map(({ seq }) => seq)
  const range = [Math.min(...seqs), Math.max(...seqs)]
  const rows = yield* query(HITS, [match, ...range, JSON.stringify(seqs), namespace])
  const bySeq = new Map(rows.map((row) => [row.seq, row]))
  return page.flatMap(({ seq, score }) => {
    const row = bySeq.get(seq)
    return row === undefined ? [] : [{ ...row, score }]
  })
}

function statementFor(sessionId: string | undefined, eventType: string | undefined) {
  if (sessionId === undefined) return eventType === undefined ? ALL : BY_TYPE
  return eventType === undefined ? BY_SESSION : BY_BOTH
}
