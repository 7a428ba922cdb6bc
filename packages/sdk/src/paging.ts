import type { Operation } from '@descartes/store'
import * as v from 'valibot'
import { type CursorKey, type CursorScope, decodeCursor, encodeCursor } from './cursor.ts'
import * as fields from './fields.ts'
import type { Handle } from './handle.ts'
import { parse } from './parse.ts'
import { answer, reading } from './reading.ts'
import type { Page, PageOptions } from './records.ts'

const DEFAULT_LIMIT = 100

/** The fields that every list takes. */
export const paging = { ...reading, limit: v.optional(v.unknown()), cursor: v.optional(fields.cursor) }

export const PAGE = v.strictObject(paging)

/** The key of the page before; of the first page, nothing. */
type PartialKey = readonly (CursorKey[number] | undefined)[]

/** A list: how its rows are read, in which order, and what they are for callers. */
interface List<Row, Item, Key extends PartialKey> {
  /** Its name and its filter: a cursor of any other list is refused. */
  readonly list: readonly unknown[]
  /** The rows after the key, at most `limit`. */
  rows(after: Key, limit: number): Operation<Row[]>
  keyOf(row: Row): CursorKey
  toItem(row: Row): Item
}

/** A page that has been parsed, but for its limit. */
export type Paging = Omit<PageOptions, 'limit'> & { limit?: unknown }

/** Reads a page. One row more than it holds is asked for, to know whether it is the last. */
export async function readPage<Row, Item, Key extends PartialKey>(
  handle: Handle<unknown>,
  page: Paging,
  { list, rows, keyOf, toItem }: List<Row, Item, Key>,
): Promise<Page<Item>> {
  const limit = limitOf(handle, page)
  const scope: CursorScope = { namespace: handle.namespace, list: JSON.stringify(list) }
  const position = decodeCursor(scope, page.cursor)
  const read = () => rows((position?.key ?? []) as unknown as Key, limit + 1)
  const { result, server } = await answer(handle, read, page.consistency, position?.server)
  const found = result.slice(0, limit)
  const last = found.at(-1)
  return {
    items: found.map(toItem),
    nextCursor: result.length > limit && last !== undefined ? encodeCursor(scope, keyOf(last), server) : null,
  }
}

/** How many items the page is to hold. */
export function limitOf(handle: Handle<unknown>, { limit }: { limit?: unknown }): number {
  if (limit === undefined) return Math.min(DEFAULT_LIMIT, handle.limits.pageSize)
  return parse(fields.integer(1, handle.limits.pageSize), 'limit', limit)
}
