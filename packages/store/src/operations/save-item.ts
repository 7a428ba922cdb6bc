import { execute, type Operation, queryFirst, type SqlValue, statement } from '../operation.ts'
import { timestampIn, timestampNow } from '../timestamp.ts'
import { inOneOrder } from './item-paths.ts'

/** An item without its value, as it is stored. */
export interface ItemSummaryRow {
  /** The labels that lead to it, as a JSON array. */
  path: string
  key: string
  createdAt: string
  updatedAt: string
  expiresAt: string | null
}

/** An item as it is stored. */
export interface ItemRow extends ItemSummaryRow {
  /** Order in which items were saved last. */
  seq: number
  value: string
}

export interface SaveItem {
  path: string
  key: string
  value: string
  /** What search looks through; may be empty. */
  text: string
  /** How long it lives; null for good. */
  ttlMs: number | null
}

const SUMMARY = `path, key, created_at AS "createdAt", updated_at AS "updatedAt", expires_at AS "expiresAt"`
export const ITEM = `${SUMMARY}, seq, value`

/** What nobody sees any more is left out; its parameter is the present moment. */
export const LIVES = '(expires_at IS NULL OR expires_at > ?)'

// What has expired is replaced as if it were not there: its successor is a new item.
const replace = (
  columns: string,
  seq: string,
) => `INSERT INTO items (namespace, path, key, ${columns}created_at, updated_at, expires_at, ttl_ms, text, value)
   VALUES (?, ?, ?, ${seq}?, ?, ?, ?, ?, ?)
   ON CONFLICT (namespace, path, key) DO UPDATE SET seq = excluded.seq, updated_at = excluded.updated_at,
     created_at = CASE WHEN items.expires_at <= excluded.updated_at THEN excluded.created_at ELSE items.created_at END,
     expires_at = excluded.expires_at, ttl_ms = excluded.ttl_ms, text = excluded.text, value = excluded.value`

const NUMBERED = replace('seq, ', '1 + coalesce((SELECT max(seq) FROM items), 0), ')
// A trigger numbers it.
const UNNUMBERED = replace('', '')

const SAVE = statement<ItemSummaryRow>(`${NUMBERED} RETURNING ${SUMMARY}`, {
  leavesKept: true,
  isOnlyWrite: true,
  postgresql: `${UNNUMBERED} RETURNING ${SUMMARY}`,
})
const LOCK = statement('SELECT 1 FROM items WHERE namespace = ? AND path = ? AND key = ?', { locks: 'FOR UPDATE' })
const SAVE_ONE_OF_MANY = statement(NUMBERED, { leavesKept: true, postgresql: UNNUMBERED })

/** Saves an item: a new one, or over the one of the same path and key. It is the newest one then. */
export function* saveItem(namespace: string, item: SaveItem): Operation<ItemSummaryRow> {
  return (yield* queryFirst(SAVE, paramsOf(namespace, item))) as ItemSummaryRow
}

/** Saves items in their order, all or none. PostgreSQL gets them one after the other, with no wait for an answer to each. */
export function* saveItems(namespace: string, items: readonly SaveItem[]): Operation<void> {
  for (const { path, key } of inOneOrder(items)) yield* execute(LOCK, [namespace, path, key])
  for (const item of items) yield* execute(SAVE_ONE_OF_MANY, paramsOf(namespace, item))
}

function paramsOf(namespace: string, { path, key, value, text, ttlMs }: SaveItem): SqlValue[] {
  const now = timestampNow()
  const expiresAt = ttlMs === null ? null : timestampIn(ttlMs)
  return [namespace, path, key, now, now, expiresAt, ttlMs, text, value]
}
