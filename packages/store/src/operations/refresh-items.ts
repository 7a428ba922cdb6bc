import { execute, type Operation, query, statement } from '../operation.ts'
import { timestampIn, timestampNow } from '../timestamp.ts'
import { inOneOrder } from './item-paths.ts'

interface Expiring {
  path: string
  key: string
  ttlMs: number
}

const FIND = statement<Expiring>(
  `SELECT path, key, ttl_ms AS "ttlMs" FROM items
   WHERE namespace = ? AND path = ? AND key = ? AND expires_at > ? AND ttl_ms IS NOT NULL`,
  { locks: 'FOR NO KEY UPDATE' },
)
const REFRESH = statement('UPDATE items SET expires_at = ? WHERE namespace = ? AND path = ? AND key = ?', {
  leavesKept: true,
})

/** Lets items live as long again as they were to live when they were saved; tells how many do expire. */
export function* refreshItems(namespace: string, items: readonly { path: string; key: string }[]): Operation<number> {
  const now = timestampNow()
  const expiring: Expiring[] = []
  for (const { path, key } of inOneOrder(items)) expiring.push(...(yield* query(FIND, [namespace, path, key, now])))
  for (const { path, key, ttlMs } of expiring) yield* execute(REFRESH, [timestampIn(ttlMs), namespace, path, key])
  return expiring.length
}
