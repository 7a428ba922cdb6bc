import { setImmediate as turn } from 'node:timers/promises'
import type { Item, StateStore } from '@descartes/sdk'
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

/** The items of a search: without a query the one first that was put last, else the best first. */
export async function findItems(
  store: StateStore,
  { prefix, filter, query, limit, offset }: Search,
  decode: (item: Item) => Promise<object>,
): Promise<Found[]> {
  const found: Found[] = []
  let left = offset
  if (limit === 0) return found
  for await (const hit of hitsOf(store, prefix, query)) {
    const value = await decode(hit.item)
    if (!matches(value, filter)) continue
    if (left > 0) left -= 1
    else found.push({ ...hit, value })
    if (found.length === limit) break
  }
  return found
}

async function* hitsOf(store: StateStore, pathPrefix: string[], query: string | undefined): AsyncGenerator<Hit> {
  let cursor: string | undefined
  do {
    const options = { pathPrefix, cursor }
    const { hits, nextCursor } = query === undefined ? await list(store, options) : await search(store, query, options)
    yield* hits
    cursor = nextCursor ?? undefined
    // Others get their turn between two pages.
    if (cursor !== undefined) await turn()
  } while (cursor !== undefined)
}

async function list(store: StateStore, options: { pathPrefix: string[]; cursor: string | undefined }) {
  const { items, nextCursor } = await store.listItems(options)
  return { hits: items.map((item): Hit => ({ item, score: undefined })), nextCursor }
}

async function search(store: StateStore, query: string, options: { pathPrefix: string[]; cursor: string | undefined }) {
  const { items: hits, nextCursor } = await store.searchItems(query, options)
  return { hits, nextCursor }
}
