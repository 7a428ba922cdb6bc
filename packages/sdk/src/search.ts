import * as operations from '@descartes/store'
import { InvalidInputError } from '@descartes/store'
import * as v from 'valibot'
import { type CursorKey, decodeCursor, encodeCursor } from './cursor.ts'
import { describe } from './describe.ts'
import { toEvent } from './events.ts'
import * as fields from './fields.ts'
import type { Handle } from './handle.ts'
import { FIXED_LIMITS } from './limits.ts'
import { limitOf, type Paging, paging } from './paging.ts'
import { parse } from './parse.ts'
import { answer } from './reading.ts'
import type { EventHit, Page, SearchOptions } from './records.ts'

const OPTIONS = v.strictObject({ ...paging, sessionId: v.optional(fields.id), eventType: v.optional(fields.id) })

export async function searchEvents(
  handle: Handle<unknown>,
  query: string,
  options: SearchOptions = {},
): Promise<Page<EventHit>> {
  const terms = parseQuery(query)
  const { sessionId, eventType, ...page } = parse(OPTIONS, 'options', options)
  return searchPage(handle, page, {
    list: ['search', terms, sessionId, eventType],
    hits: (position, limit) =>
      operations.searchEvents(handle.namespace, { terms, sessionId, eventType, position, limit }),
    toItem: (row) => ({ event: toEvent(row), score: row.score, snippet: row.snippet }),
  })
}

/** A search: how its hits are read, and what they are for callers. */
interface Search<Row, Hit> {
  /** Its name, its words and its filter: a cursor of any other search is refused. */
  readonly list: readonly unknown[]
  hits(
    position: operations.SearchPosition | undefined,
    limit: number,
  ): operations.Operation<{ hits: Row[]; next: operations.SearchPosition | undefined }>
  toItem(row: Row): Hit
}

/** Reads a page of hits. */
export async function searchPage<Row, Hit>(
  handle: Handle<unknown>,
  { cursor, ...rest }: Paging,
  { list, hits, toItem }: Search<Row, Hit>,
): Promise<Page<Hit>> {
  const limit = limitOf(handle, rest)
  const scope = { namespace: handle.namespace, list: JSON.stringify(list) }
  const position = decodeCursor(scope, cursor)
  const search = () => hits(toPosition(position?.key), limit)
  const { result, server } = await answer(handle, search, rest.consistency, position?.server)
  const nextCursor = result.next === undefined ? null : encodeCursor(scope, toKey(result.next), server)
  return { items: result.hits.map(toItem), nextCursor }
}

/** The position as a cursor's key: where to go on ranking (0: nowhere), then the matches that are ranked. */
function toKey({ upTo, ranked }: operations.SearchPosition): CursorKey {
  return [upTo ?? 0, ...ranked]
}

function toPosition(key: CursorKey | undefined): operations.SearchPosition | undefined {
  if (key === undefined) return undefined
  const [upTo, ...ranked] = key as number[]
  return { upTo: upTo || null, ranked }
}

/** The words of a query. */
export function parseQuery(query: string): string[] {
  parse(fields.text, 'query', query)
  const terms = query.split(/\s+/).filter((term) => term !== '')
  if (terms.length === 0) throw new InvalidInputError('query', 'at least one word', describe(query))
  const { queryBytes, queryWords } = FIXED_LIMITS
  if (Buffer.byteLength(query) > queryBytes)
    throw new InvalidInputError('query', `at most ${queryBytes} bytes`, describe(query))
  // Words joined by punctuation are one term, a phrase, but still so many words.
  const words = Math.max(terms.length, query.match(/[\p{L}\p{N}\p{Co}]+/gu)?.length ?? 0)
  if (words > queryWords) throw new InvalidInputError('query', `at most ${queryWords} words`, `${words} words`)
  return terms
}
