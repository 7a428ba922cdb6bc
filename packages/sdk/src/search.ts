import * as operations from '@descartes/store'
import { InvalidInputError } from '@descartes/store'
import * as v from 'valibot'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { describe } from './describe.ts'
import { toEvent } from './events.ts'
import * as fields from './fields.ts'
import type { Handle } from './handle.ts'
import { pageOf, paging } from './paging.ts'
import { parse } from './parse.ts'
import type { EventHit, Page, SearchOptions } from './records.ts'

const OPTIONS = v.strictObject({ ...paging, sessionId: v.optional(fields.id), eventType: v.optional(fields.id) })

const MAX_BYTES = 1024
const MAX_TERMS = 32

export async function searchEvents(
  handle: Handle<unknown>,
  query: string,
  options: SearchOptions = {},
): Promise<Page<EventHit>> {
  const terms = parseQuery(query)
  const { sessionId, eventType, cursor, ...rest } = parse(OPTIONS, 'options', options)
  const limit = pageOf(handle, rest)
  const scope = { namespace: handle.namespace, list: JSON.stringify(['search', terms, sessionId, eventType]) }
  const [offset = 0, upTo] = (decodeCursor(scope, cursor) ?? []) as number[]
  const found = await handle.executor.read(() =>
    operations.searchEvents(handle.namespace, { terms, sessionId, eventType, offset, upTo, limit: limit + 1 }),
  )
  const items = found.hits
    .slice(0, limit)
    .map((row) => ({ event: toEvent(row), score: row.score, snippet: row.snippet }))
  return { items, nextCursor: found.hits.length > limit ? encodeCursor(scope, [offset + limit, found.upTo]) : null }
}

function parseQuery(query: string): string[] {
  parse(fields.text, 'query', query)
  const terms = query.split(/\s+/).filter((term) => term !== '')
  if (terms.length === 0) throw new InvalidInputError('query', 'at least one word', describe(query))
  if (Buffer.byteLength(query) > MAX_BYTES)
    throw new InvalidInputError('query', `at most ${MAX_BYTES} bytes`, describe(query))
  if (terms.length > MAX_TERMS)
    throw new InvalidInputError('query', `at most ${MAX_TERMS} words`, `${terms.length} words`)
  return terms
}
