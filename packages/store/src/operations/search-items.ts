import { type Operation, query, type SqlValue, statement } from '../operation.ts'
import { timestampNow } from '../timestamp.ts'
import { pathsFrom } from './item-paths.ts'
import {
  matchOf,
  newestMatches,
  positionAfter,
  rankBlock,
  SCORED_TEXT,
  type SearchPosition,
  START,
} from './rank-matches.ts'
import { relevanceTo } from './relevance.ts'
import { ITEM, type ItemRow, LIVES } from './save-item.ts'
import { snippetsFor } from './snippet.ts'

export interface SearchItems {
  /** Words that must all occur. */
  terms: readonly string[]
  /** The labels that the paths begin with. */
  prefix: readonly string[]
  /** Undefined for the first page. */
  position: SearchPosition | undefined
  limit: number
}

interface SearchedRow extends ItemRow {
  text: string
}

/** An item that was found. */
export interface ItemHitRow extends ItemRow {
  /** Larger is better; the same text has the same score in every search for the same words. */
  score: number
  /** A piece of the text around the first matches, each in square brackets. */
  snippet: string
}

export interface ItemHits {
  hits: ItemHitRow[]
  /** What the next page goes on with; undefined after the last. */
  next: SearchPosition | undefined
}

const NEWEST = newestMatches(
  { table: 'items', text: 'text' },
  ' AND m.path >= ? AND m.path <= ? AND (m.expires_at IS NULL OR m.expires_at > ?)',
)

const RANGE = `namespace = ? AND path >= ? AND path <= ? AND ${LIVES}`
const hitsOf = (more: { sqlite: string; postgresql: string }) =>
  statement<SearchedRow>(
    `SELECT ${ITEM}, text FROM items INDEXED BY items_seq_idx WHERE seq IN (SELECT value FROM json_each(?)) AND ${RANGE}${more.sqlite}`,
    {
      postgresql: `SELECT ${ITEM}, text FROM items WHERE seq IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(? AS JSON))) AND ${RANGE}${more.postgresql}`,
    },
  )
const HITS = hitsOf({ sqlite: '', postgresql: '' })
// On SQLite, the number of an item that was the newest goes to the next one when it is deleted, which need not match.
const STILL_HITS = hitsOf({
  sqlite: ' AND EXISTS (SELECT 1 FROM items_fts f WHERE f.items_fts MATCH ? AND f.rowid = items.seq)',
  postgresql: ' AND CAST(? AS TEXT) IS NOT NULL',
})

/** Finds items by their words, as events are found: the newest 128 matches are ranked first, and so on. */
export function* searchItems(
  namespace: string,
  { terms, prefix, position = START, limit }: SearchItems,
): Operation<ItemHits> {
  const relevance = relevanceTo(terms)
  const scores = new Map<number, number>()
  const { from, to } = pathsFrom(prefix)
  const rest = [from, to, timestampNow()]
  const block = { namespace, terms, upTo: position.upTo, rest }
  const wasRanked = position.ranked.length > 0
  const ranked = wasRanked ? position : yield* rankBlock(NEWEST, block, relevance, scores)
  const page = ranked.ranked.slice(0, limit)
  const rows = yield* readHits(wasRanked, page, [namespace, ...rest], terms)
  const bySeq = new Map(rows.map((row) => [row.seq, row]))
  const snippet = snippetsFor(terms)
  const hits = page.flatMap((seq) => {
    const row = bySeq.get(seq)
    // It may have been saved anew since it was ranked, or its time is over.
    if (row === undefined) return []
    const { text, ...item } = row
    const score = scores.get(seq) ?? relevance(text.slice(0, SCORED_TEXT), Buffer.byteLength(text))
    return [{ ...item, score, snippet: snippet(text) }]
  })
  return { hits, next: positionAfter(ranked, limit) }
}

function* readHits(
  wasRanked: boolean,
  page: readonly number[],
  range: readonly SqlValue[],
  terms: readonly string[],
): Operation<SearchedRow[]> {
  if (page.length === 0) return []
  const params = [JSON.stringify(page), ...range]
  return wasRanked ? yield* query(STILL_HITS, [...params, matchOf(terms)]) : yield* query(HITS, params)
}
