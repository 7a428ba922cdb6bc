import { type Operation, query, statement } from '../operation.ts'
import { newestMatches, positionAfter, rankBlock, SCORED_TEXT, type SearchPosition, START } from './rank-matches.ts'
import { relevanceTo } from './relevance.ts'
import { EVENT, type EventRow } from './save-events.ts'
import { snippetsFor } from './snippet.ts'

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

const EVENTS = { table: 'events', text: 'content' }
const ALL = newestMatches(EVENTS, '')
const BY_SESSION = newestMatches(EVENTS, ' AND m.session_id = ?')
const BY_TYPE = newestMatches(EVENTS, ' AND m.event_type = ?')
const BY_BOTH = newestMatches(EVENTS, ' AND m.session_id = ? AND m.event_type = ?')

const HITS = statement<EventRow>(
  `SELECT ${EVENT} FROM events INDEXED BY events_seq_idx WHERE seq IN (SELECT value FROM json_each(?)) AND namespace = ?`,
  {
    postgresql: `SELECT ${EVENT} FROM events WHERE seq IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(? AS JSON))) AND namespace = ?`,
  },
)

/**
 * Finds events by their words: of the newest 128 matches the best first, then of the 128 before them, and so on. What is
 * ranked and not yet given out goes with the position, so that the next page need not rank it again.
 */
export function* searchEvents(namespace: string, input: SearchEvents): Operation<EventHits> {
  const { terms, sessionId, eventType, limit, position = START } = input
  const relevance = relevanceTo(terms)
  const scores = new Map<number, number>()
  const rest = [sessionId, eventType].filter((value) => value !== undefined)
  const block = { namespace, terms, upTo: position.upTo, rest }
  const ranked =
    position.ranked.length > 0
      ? position
      : yield* rankBlock(statementFor(sessionId, eventType), block, relevance, scores)
  const rows = yield* readHits(namespace, ranked.ranked.slice(0, limit), input)
  const snippet = snippetsFor(terms)
  const hits = rows.map((row): EventHitRow => {
    const score = scores.get(row.seq) ?? relevance(row.content.slice(0, SCORED_TEXT), Buffer.byteLength(row.content))
    return Object.assign(row, { score, snippet: snippet(row.content) })
  })
  return { hits, next: positionAfter(ranked, limit) }
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
