import { type Operation, queryFirst, type SqlValue, type Statement, statement } from '../operation.ts'
import type { Relevance } from './relevance.ts'

/** What the pages so far have left. */
export interface SearchPosition {
  /** Sequence numbers of matches that are ranked already, best first. */
  ranked: readonly number[]
  /** Matches up to this sequence number are still to be ranked; null when there are none. */
  upTo: number | null
}

/** Matches, as one row of JSON arrays. */
interface Matches {
  seqs: string
  texts: string
  sizes: string
}

/** A table with a full-text index. */
interface Searched {
  table: string
  /** The column whose words are searched. */
  text: string
}

/** Matches that are ranked against each other, however many there are; to find them, other tenants' are passed by. */
const BLOCK = 128

/** Characters of a text that its score is taken from. */
export const SCORED_TEXT = 4096

/** Where a search begins. */
export const START: SearchPosition = { ranked: [], upTo: Number.MAX_SAFE_INTEGER }

/** The newest block of a table's matches, up to a sequence number, of which `where` holds. */
// The planner would look each match up by its namespace, which is quadratic: the index by seq is named. The cast is
// for FTS5, which does not see a bound that comes as a floating-point number, as better-sqlite3 binds every number. A
// block comes as one row, because each row that crosses into JavaScript costs as much as it costs to find it.
export const newestMatches = ({ table, text }: Searched, where: string): Statement<Matches> =>
  statement<Matches>(
    `SELECT json_group_array(seq) AS seqs, json_group_array(text) AS texts, json_group_array(bytes) AS sizes FROM (
       SELECT f.rowid AS seq, substr(m.${text}, 1, ${SCORED_TEXT}) AS text, octet_length(m.${text}) AS bytes
       FROM ${table}_fts f CROSS JOIN ${table} m INDEXED BY ${table}_seq_idx ON m.seq = f.rowid
       WHERE f.${table}_fts MATCH ? AND f.rowid <= CAST(? AS INTEGER) AND m.namespace = ?${where}
       ORDER BY f.rowid DESC LIMIT ${BLOCK}
     )`,
    {
      // What is looked for is made out once, not for every row. Of rows whose words do not fit into the index it finds
      // more than hold the terms: those are looked at.
      postgresql: `WITH w AS (SELECT ARRAY(SELECT replace(m.term[1], '""', '"') FROM regexp_matches(CAST(? AS TEXT), '"([^"]*(""[^"]*)*)"', 'g') AS m(term)) AS terms, CAST(? AS BIGINT) AS "upTo", CAST(? AS TEXT) AS namespace),
          q AS MATERIALIZED (SELECT *, search_query(namespace, terms) AS query, search_phrases(terms) AS phrases FROM w)
        SELECT coalesce(json_agg(seq), '[]') AS seqs, coalesce(json_agg(text), '[]') AS texts, coalesce(json_agg(bytes), '[]') AS sizes FROM (
          SELECT m.seq, substr(m.${text}, 1, ${SCORED_TEXT}) AS text, octet_length(m.${text}) AS bytes
          FROM q CROSS JOIN ${table} m
          WHERE m.words @@ q.query AND m.namespace = q.namespace AND m.seq <= q."upTo"${where}
            AND (m.words @@ q.phrases OR search_holds(m.${text}, q.terms))
          ORDER BY m.seq DESC LIMIT ${BLOCK}
        ) newest`,
    },
  )

/** The terms, all of which must occur, as FTS5 is asked for them. */
export function matchOf(terms: readonly string[]): string {
  return terms.map((term) => `"${term.replaceAll('"', '""')}"`).join(' ')
}

/** Ranks the newest matches up to a sequence number, and notes their scores. `rest` are the parameters of its `where`. */
export function* rankBlock(
  newest: Statement<Matches>,
  {
    namespace,
    terms,
    upTo,
    rest,
  }: { namespace: string; terms: readonly string[]; upTo: number | null; rest: readonly SqlValue[] },
  relevance: Relevance,
  scores: Map<number, number>,
): Operation<SearchPosition> {
  const { seqs, texts, sizes } = (yield* queryFirst(newest, [matchOf(terms), upTo, namespace, ...rest])) as Matches
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

/** What the next page goes on with, after a page of so many; undefined after the last. */
export function positionAfter({ ranked, upTo }: SearchPosition, limit: number): SearchPosition | undefined {
  const left = { ranked: ranked.slice(limit), upTo }
  return left.ranked.length > 0 || left.upTo !== null ? left : undefined
}
