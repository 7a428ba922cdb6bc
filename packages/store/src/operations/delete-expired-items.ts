import { type Operation, query, statement } from '../operation.ts'
import { timestampNow } from '../timestamp.ts'

// Asked twice: where writers do not wait for each other, one may have been refreshed since it was found.
const DELETE = statement<{ seq: number }>(
  `DELETE FROM items WHERE namespace = ? AND expires_at <= ? AND seq IN
     (SELECT seq FROM items WHERE namespace = ? AND expires_at <= ? ORDER BY expires_at LIMIT ?)
   RETURNING seq`,
  { leavesKept: true, isOnlyWrite: true },
)

/** Deletes at most `limit` items whose time is over, and tells how many there were. */
export function* deleteExpiredItems(namespace: string, limit: number): Operation<number> {
  const now = timestampNow()
  return (yield* query(DELETE, [namespace, now, namespace, now, limit])).length
}
