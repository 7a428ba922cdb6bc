import { setImmediate as turn } from 'node:timers/promises'
import type { Item, ItemFilter, StateStore } from '@descartes/sdk'
import { matches } from './item-filter.ts'
import type { Search } from './store-steps.ts'

export interface Found {
  item: Item
  /** Its value, decoded. */
  value: object
  /** How well it fits the query, if there is one. */
  score: number | undefined
}

type Hit = Omit<Found, 'value'>

/** Items of the first page that a filter is held against; each page after it has twice as many, up to the largest. */
const FIRST_PAGE = 50
const LARGEST_PAGE = 500

/** The items of a search: without a query the one first that was put last, else the best first. */
export async function findItems(
  store: StateStore,
  { prefix, filter, query, limit, offset }: Search,
  decode: (item: Item) => Promise<object>,
): Promise<Found[]> {
  const found: Found[] = []
  let left = offset
  if (limit === 0) return found
  // Of all that is there, no more than is wanted; through a filter, some may come.
  const first = Object.keys(filter).length === 0 ? offset + limit : Math.max(FIRST_PAGE, offset + limit)
  for await (const hit of hitsOf(store, prefix, query, first)) {
    const value = await decode(hit.item)
    if (!matches(value, filter)) continue
    if (left > 0) left -= 1
    else found.push({ ...hit, value })
    if (found.length === limit) break
  }
  return found
}

async function* hitsOf(
  store: StateStore,
  pathPrefix: string[],
  query: string | undefined,
  first: number,
): AsyncGenerator<Hit> {
  let cursor: string | undefined
  const most = Math.min(LARGEST_PAGE, store.limits.pageSize)
  let pageSize = first
  do {
    const options = { pathPrefix, cursor, limit: Math.min(pageSize, most) }
    pageSize *= 2
    const { hits, nextCursor } = query === undefined ? await list(store, options) : await search(store, query, options)
    yield* hits
    cursor = nextCursor ?? undefined
    // Others get their turn between two pages.
    if (cursor !== undefined) await turn()
  } while (cursor !== undefined)
}

async function list(store: StateStore, options: ItemFilter) {
  const { items, nextCursor } = await store.listItems(options)
  return { hits: items.map((item): Hit => ({ item, score: undefined })), nextCursor }
}

async function search(store: StateStore, query: string, options: ItemFilter) {
  const { items: hits, nextCursor } = await store.searchItems(query, options)
  return { hits, nextCursor }
}
