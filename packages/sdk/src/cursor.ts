import { createHash } from 'node:crypto'
import { InvalidInputError, PRIMARY } from '@descartes/store'

/** Where a page ended: the sort key of its last item. */
export type CursorKey = readonly (string | number)[]

/** What a cursor belongs to: it is refused anywhere else. */
export interface CursorScope {
  readonly namespace: string
  /** The list and its filter. */
  readonly list: string
}

/** What a cursor says. */
export interface Position {
  readonly key: CursorKey
  /** Who gave the page. A replica is told with the key, so that the next page comes from one that is no further behind. */
  readonly server: string
}

const CHECKSUM_LENGTH = 16
const EXPECTED = 'the nextCursor of a page of this very list'

/**
 * A keyset cursor: the key, and a checksum over the key and the list it belongs to. The checksum finds mistakes; it is
 * no secret, and needs to be none, because a list never leaves its namespace whatever the key says.
 */
export function encodeCursor(scope: CursorScope, key: CursorKey, server: string): string {
  const payload = JSON.stringify(server === PRIMARY ? key : [key, server])
  return Buffer.from(`${checksum(scope, payload)}${payload}`).toString('base64url')
}

/** The position in a cursor; undefined for the first page. */
export function decodeCursor(scope: CursorScope, cursor: string | undefined): Position | undefined {
  if (cursor === undefined) return undefined
  const decoded = Buffer.from(cursor, 'base64url').toString()
  const payload = decoded.slice(CHECKSUM_LENGTH)
  const valid =
    decoded.slice(0, CHECKSUM_LENGTH) === checksum(scope, payload) &&
    Buffer.from(decoded).toString('base64url') === cursor
  const said: unknown = valid ? JSON.parse(payload) : undefined
  if (isKey(said)) return { key: said, server: PRIMARY }
  const [key, server, ...more] = Array.isArray(said) ? said : []
  if (!isKey(key) || typeof server !== 'string' || more.length > 0)
    throw new InvalidInputError('cursor', EXPECTED, 'another or a damaged one')
  return { key, server }
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
