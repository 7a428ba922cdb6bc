import { createHash } from 'node:crypto'
import { InvalidInputError } from '@descartes/store'
import type { Page } from './records.ts'

/** Where a page ended: the sort key of its last item. */
export type CursorKey = readonly (string | number)[]

/** What a cursor belongs to: it is refused anywhere else. */
export interface CursorScope {
  readonly namespace: string
  /** The list and its filter. */
  readonly list: string
}

const CHECKSUM_LENGTH = 16
const EXPECTED = 'the nextCursor of a page of this very list'

/**
 * A keyset cursor: the key, and a checksum over the key and the list it belongs to. The checksum finds mistakes; it is
 * no secret, and needs to be none, because a list never leaves its namespace whatever the key says.
 */
export function encodeCursor(scope: CursorScope, key: CursorKey): string {
  const payload = JSON.stringify(key)
  return Buffer.from(`${checksum(scope, payload)}${payload}`).toString('base64url')
}

/** The key in a cursor; undefined for the first page. */
export function decodeCursor(scope: CursorScope, cursor: string | undefined): CursorKey | undefined {
  if (cursor === undefined) return undefined
  const decoded = Buffer.from(cursor, 'base64url').toString()
  const payload = decoded.slice(CHECKSUM_LENGTH)
  const valid =
    decoded.slice(0, CHECKSUM_LENGTH) === checksum(scope, payload) &&
    Buffer.from(decoded).toString('base64url') === cursor
  const key: unknown = valid ? JSON.parse(payload) : undefined
  if (!isKey(key)) throw new InvalidInputError('cursor', EXPECTED, 'another or a damaged one')
  return key
}

/** Cuts rows, of which one more than `limit` was asked for, to a page. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  scope: CursorScope,
  keyOf: (row: Row) => CursorKey,
  toItem: (row: Row) => Item,
): Page<Item> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return {
    items: items.map(toItem),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(scope, keyOf(last)) : null,
  }
}

function isKey(key: unknown): key is CursorKey {
  return Array.isArray(key) && key.every((part) => typeof part === 'string' || Number.isFinite(part))
}

function checksum({ namespace, list }: CursorScope, payload: string): string {
  return createHash('sha256')
    .update(JSON.stringify([namespace, list, payload]))
    .digest('base64url')
    .slice(0, CHECKSUM_LENGTH)
}
