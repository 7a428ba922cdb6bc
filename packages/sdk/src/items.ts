import * as operations from '@descartes/store'
import { fromTimestamp, InvalidInputError } from '@descartes/store'
import * as v from 'valibot'
import { decodeJson, encodeJson } from './codec.ts'
import * as fields from './fields.ts'
import type { Handle } from './handle.ts'
import type { StateValue } from './json-value.ts'
import { FIXED_LIMITS } from './limits.ts'
import { paging, readPage } from './paging.ts'
import { parse } from './parse.ts'
import { consistencyOf, read } from './reading.ts'
import type { Item, ItemFilter, ItemHit, ItemInput, ItemName, Page, ReadOptions } from './records.ts'
import { parseQuery, searchPage } from './search.ts'

const SAVE = v.strictObject({
  path: fields.path,
  key: fields.id,
  value: v.unknown(),
  text: v.optional(fields.text, ''),
  ttlMs: v.optional(fields.ttlMs),
})
const NAME = v.strictObject({ path: fields.path, key: fields.id })
const FILTER = v.strictObject({ ...paging, pathPrefix: v.optional(fields.pathPrefix, []) })

/** Expired items deleted in one write, so that other writers get in between. */
const DELETED_AT_ONCE = 500

export async function saveItem(handle: Handle<unknown>, input: ItemInput): Promise<Item> {
  const { value, row } = toRow(handle, input, 'input', '')
  return toItem(await handle.executor.write(() => operations.saveItem(handle.namespace, row)), value)
}

export async function saveItems(handle: Handle<unknown>, inputs: readonly ItemInput[]): Promise<void> {
  const given = parse(fields.list(FIXED_LIMITS.itemsPerCall, 'items'), 'inputs', inputs) as ItemInput[]
  const rows = given.map((input, i) => toRow(handle, input, `inputs/${i}`, `inputs/${i}/`).row)
  if (rows.length > 0) await handle.executor.write(() => operations.saveItems(handle.namespace, rows))
}

export async function getItem(
  handle: Handle<unknown>,
  path: readonly string[],
  key: string,
  options?: ReadOptions,
): Promise<Item | null> {
  const name = toName(path, key)
  const load = () => operations.loadItem(handle.namespace, name.path, name.key)
  const row = await read(handle, load, consistencyOf(options))
  return row === undefined ? null : toStoredItem(row)
}

export async function deleteItem(handle: Handle<unknown>, path: readonly string[], key: string): Promise<boolean> {
  const name = toName(path, key)
  return handle.executor.write(() => operations.deleteItem(handle.namespace, name.path, name.key))
}

export async function listItems(handle: Handle<unknown>, filter: ItemFilter = {}): Promise<Page<Item>> {
  const { pathPrefix: prefix, ...page } = parse(FILTER, 'filter', filter)
  return readPage(handle, page, {
    list: ['items', prefix],
    rows: ([before = Number.MAX_SAFE_INTEGER]: [number?], limit: number) =>
      operations.listItems(handle.namespace, { prefix, before, limit }),
    keyOf: ({ seq }) => [seq],
    toItem: toStoredItem,
  })
}

export async function searchItems(
  handle: Handle<unknown>,
  query: string,
  options: ItemFilter = {},
): Promise<Page<ItemHit>> {
  const terms = parseQuery(query)
  const { pathPrefix: prefix, ...page } = parse(FILTER, 'options', options)
  return searchPage(handle, page, {
    list: ['search items', terms, prefix],
    hits: (position, limit) => operations.searchItems(handle.namespace, { terms, prefix, position, limit }),
    toItem: (row) => ({ item: toStoredItem(row), score: row.score, snippet: row.snippet }),
  })
}

export async function listItemPaths(handle: Handle<unknown>, filter: ItemFilter = {}): Promise<Page<string[]>> {
  const { pathPrefix: prefix, ...page } = parse(FILTER, 'filter', filter)
  return readPage(handle, page, {
    list: ['item paths', prefix],
    rows: ([after = '']: [string?], limit: number) =>
      operations.listItemPaths(handle.namespace, { prefix, after, limit }),
    keyOf: ({ path }) => [path],
    toItem: ({ path }) => labelsIn(path),
  })
}

export async function refreshItems(handle: Handle<unknown>, items: readonly ItemName[]): Promise<number> {
  const given = parse(fields.list(FIXED_LIMITS.itemsPerCall, 'items'), 'items', items)
  const names = given.map((item, i) => {
    const { path, key } = parse(NAME, `items/${i}`, item, `items/${i}/`)
    return { path: JSON.stringify(path), key }
  })
  if (names.length === 0) return 0
  return handle.executor.write(() => operations.refreshItems(handle.namespace, names))
}

export async function deleteExpiredItems(handle: Handle<unknown>): Promise<number> {
  let total = 0
  for (;;) {
    const deleted = await handle.executor.write(() => operations.deleteExpiredItems(handle.namespace, DELETED_AT_ONCE))
    total += deleted
    if (deleted === 0) return total
  }
}

/** `argument` names the input as a whole, `prefix` stands before its fields' names. */
function toRow(
  handle: Handle<unknown>,
  input: ItemInput,
  argument: string,
  prefix: string,
): { value: StateValue; row: operations.SaveItem } {
  const { path, key, text, ttlMs = null, ...given } = parse(SAVE, argument, input, prefix)
  const { stateBytes, contentBytes } = handle.limits
  const bytes = Buffer.byteLength(text)
  if (bytes > contentBytes)
    throw new InvalidInputError(`${prefix}text`, `at most ${contentBytes} bytes`, `${bytes} bytes`)
  const value = encodeJson(given.value, `${prefix}value`, stateBytes)
  return { value: given.value as StateValue, row: { path: JSON.stringify(path), key, value, text, ttlMs } }
}

function toName(path: readonly string[], key: string): { path: string; key: string } {
  const labels = parse(fields.path, 'path', path)
  parse(fields.id, 'key', key)
  return { path: JSON.stringify(labels), key }
}

function labelsIn(path: string): string[] {
  return decodeJson(path, 'items.path') as string[]
}

function toStoredItem(row: operations.ItemRow): Item {
  return toItem(row, decodeJson(row.value, 'items.value'))
}

function toItem(row: operations.ItemSummaryRow, value: StateValue): Item {
  return {
    path: labelsIn(row.path),
    key: row.key,
    value,
    createdAt: fromTimestamp(row.createdAt),
    updatedAt: fromTimestamp(row.updatedAt),
    expiresAt: row.expiresAt === null ? null : fromTimestamp(row.expiresAt),
  }
}
