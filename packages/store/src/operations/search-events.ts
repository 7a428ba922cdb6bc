import { type Operation, query, queryFirst, statement } from '../operation.ts'
import { type Relevance, relevanceTo } from './relevance.ts'
import { EVENT, type EventRow } from './save-events.ts'
import { snippetsFor } from './snippet.ts'

/** What the pages so far have left. */
export interface SearchPosition {
  /** Sequence numbers of matches that are ranked already, best first. */
  ranked: readonly number[]
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
  /** Larger is better; the same event has the same score in every search for the same words. */
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
const BLOCK = 128

/** Characters of an event that its score is taken from. */
const SCORED_TEXT = 4096

// The planner would look each match up by its namespace, which is quadratic: the index by seq is named. The cast is
// for FTS5, which does not see a bound that comes as a floating-point number, as better-sqlite3 binds every number. A
// block comes as one row, because each row that crosses into JavaScript costs as much as it costs to find it.
const newestMatches = (where: string) =>
  statement<{ seqs: string; texts: string; sizes: string }>(
    `SELECT json_group_array(seq) AS seqs, json_group_array(text) AS texts, json_group_array(bytes) AS sizes FROM (
       SELECT f.rowid AS seq, substr(m.content, 1, ${SCORED_TEXT}) AS text, octet_length(m.content) AS bytes
       FROM events_fts f CROSS JOIN events m INDEXED BY events_seq_idx ON m.seq = f.rowid
       WHERE f.events_fts MATCH ? AND f.rowid <= CAST(? AS INTEGER) AND m.namespace = ?${where}
       ORDER BY f.rowid DESC LIMIT ${BLOCK}
     )`,
    {
      // Of events whose words do not fit into the index it finds more than hold the terms: those are looked at.
      postgresql: `WITH q AS (SELECT ARRAY(SELECT replace(m.term[1], '""', '"') FROM regexp_matches(CAST(? AS TEXT), '"([^"]*(""[^"]*)*)"', 'g') AS m(term)) AS terms, CAST(? AS BIGINT) AS "upTo", CAST(? AS TEXT) AS namespace)
        SELECT coalesce(json_agg(seq), '[]') AS seqs, coalesce(json_agg(text), '[]') AS texts, coalesce(json_agg(bytes), '[]') AS sizes FROM (
          SELECT m.seq, substr(m.content, 1, ${SCORED_TEXT}) AS text, octet_length(m.content) AS bytes
          FROM q CROSS JOIN events m
          WHERE m.words @@ search_query(q.namespace, q.terms) AND m.namespace = q.namespace AND m.seq <= q."upTo"${where}
            AND (m.words @@ search_phrases(q.terms) OR search_holds(m.content, q.terms))
          ORDER BY m.seq DESC LIMIT ${BLOCK}
        ) newest`,
    },
  )

const ALL = newestMatches('')
const BY_SESSION = newestMatches(' AND m.session_id = ?')
const BY_TYPE = newestMatches(' AND m.event_type = ?')
const BY_BOTH = newestMatches(' AND m.session_id = ? AND m.event_type = ?')

const HITS = statement<EventRow>(
  `SELECT ${EVENT} FROM events INDEXED BY events_seq_idx WHERE seq IN (SELECT value FROM json_each(?)) AND namespace = ?`,
  {
    postgresql: `SELECT ${EVENT} FROM events WHERE seq IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(? AS JSON))) AND namespace = ?`,
  },
)

const START: SearchPosition = { ranked: [], upTo: Number.MAX_SAFE_INTEGER }

/**
 * Finds events by their words: of the newest 128 matches the best first, then of the 128 before them, and so on. What is
 * ranked and not yet given out goes with the position, so that the next page need not rank it again.
 */
export function* searchEvents(namespace: string, input: SearchEvents): Operation<EventHits> {
  const { terms, limit, position = START } = input
  const relevance = relevanceTo(terms)
  const scores = new Map<number, number>()
  const { ranked, upTo } =
    position.ranked.length > 0 ? position : yield* rankBlock(namespace, input, position.upTo, relevance, scores)
  const rows = yield* readHits(namespace, ranked.slice(0, limit), input)
  const snippet = snippetsFor(terms)
  const hits = rows.map((row): EventHitRow => {
    const score = scores.get(row.seq) ?? relevance(row.content.slice(0, SCORED_TEXT), Buffer.byteLength(row.content))
    return Object.assign(row, { score, snippet: snippet(row.content) })
  })
  const left = { ranked: ranked.slice(limit), upTo }
  return { hits, next: left.ranked.length > 0 || left.upTo !== null ? left : undefined }
}

/** Ranks the newest matches up to a sequence number, and notes their scores. */
function* rankBlock(
  namespace: string,
  { terms, sessionId, eventType }: SearchEvents,
  upTo: number | null,
  relevance: Relevance,
  scores: Map<number, number>,
): Operation<SearchPosition> {
  const match = terms.map((term) => `"${term.replaceAll('"', '""')}"`).join(' ')
  const scope = [sessionId, eventType].filter((value) => value !== undefined)
  const block = yield* queryFirst(statementFor(sessionId, eventType), [match, upTo, namespace, ...scope])
  const { seqs, texts, sizes } = block as { seqs: string; texts: string; sizes: string }
  const found = JSON.parse(seqs) as number[]
  const bytes = JSON.parse(sizes) as number[]
  const scored = (JSON.parse(texts) as string[]).map((text, i) => ({
    seq: found[i] as number,
    score: relevance(text.slice(0, SCORED_TEXT), bytes[i] as number),
  }))
  scored.sort((a, b) => b.score - a.score || b.seq - a.seq)
  for (const { seq, score } of scored) scores.set(seq, score)
  return {
    ranked: scored.map(({ seq }) => seq),
    upTo: found.length === BLOCK ? Math.min(...found) - 1 : null,
  }
}

function* readHits(
  namespace: string,
  page: readonly number[],
  { sessionId, eventType }: SearchEvents,
): Operation<EventRow[]> {
  if (page.length === 0) return []
  const rows = yield* query(HITS, [JSON.stringify(page), namespace])
  const bySeq = new Map(rows.map((row) => [row.seq, row]))
  return page.flatMap((seq) => {
    const row = bySeq.get(seq)
    // Through Prisma, an event may have been deleted or moved to another session since it was ranked.
    if (row === undefined || (sessionId ?? row.sessionId) !== row.sessionId) return []
    return (eventType ?? row.eventType) === row.eventType ? [row] : []
  })
}

function statementFor(sessionId: string | undefined, eventType: string | undefined) {
  if (sessionId === undefined) return eventType === undefined ? ALL : BY_TYPE
  return eventType === undefined ? BY_SESSION : BY_BOTH
}
