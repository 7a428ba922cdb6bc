import * as operations from '@descartes/store'
import { InvalidInputError } from '@descartes/store'
import * as v from 'valibot'
import { type CursorKey, decodeCursor, encodeCursor } from './cursor.ts'
import { describe } from './describe.ts'
import { toEvent } from './events.ts'
import * as fields from './fields.ts'
import type { Handle } from './handle.ts'
import { limitOf, paging } from './paging.ts'
import { parse } from './parse.ts'
import { answer } from './reading.ts'
import type { EventHit, Page, SearchOptions } from './records.ts'

const OPTIONS = v.strictObject({ ...paging, sessionId: v.optional(fields.id), eventType: v.optional(fields.id) })

const MAX_BYTES = 1024
const MAX_WORDS = 32

export async function searchEvents(
  handle: Handle<unknown>,
  query: string,
  options: SearchOptions = {},
): Promise<Page<EventHit>> {
  const terms = parseQuery(query)
  const { sessionId, eventType, cursor, ...rest } = parse(OPTIONS, 'options', options)
  const limit = limitOf(handle, rest)
  const scope = { namespace: handle.namespace, list: JSON.stringify(['search', terms, sessionId, eventType]) }
  const position = decodeCursor(scope, cursor)
  const search = { terms, sessionId, eventType, position: toPosition(position?.key), limit }
  const { result, server } = await answer(
    handle,
    () => operations.searchEvents(handle.namespace, search),
    rest.consistency,
    position?.server,
  )
  const { hits, next } = result
  const items = hits.map((row) => ({ event: toEvent(row), score: row.score, snippet: row.snippet }))
  return { items, nextCursor: next === undefined ? null : encodeCursor(scope, toKey(next), server) }
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

function parseQuery(query: string): string[] {
  parse(fields.text, 'query', query)
  const terms = query.split(/\s+/).filter((term) => term !== '')
  if (terms.length === 0) throw new InvalidInputError('query', 'at least one word', describe(query))
  if (Buffer.byteLength(query) > MAX_BYTES)
    throw new InvalidInputError('query', `at most ${MAX_BYTES} bytes`, describe(query))
  // Words joined by punctuation are one term, a phrase, but still so many words.
  const words = Math.max(terms.length, query.match(/[\p{L}\p{N}\p{Co}]+/gu)?.length ?? 0)
  if (words > MAX_WORDS) throw new InvalidInputError('query', `at most ${MAX_WORDS} words`, `${words} words`)
  return terms
}
