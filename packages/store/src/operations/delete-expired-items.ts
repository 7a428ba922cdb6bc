import { type Operation, query, statement } from '../operation.ts'
import { timestampNow } from '../timestamp.ts'

// Asked twice: where writers do not wait for each other, one may have been refreshed since it was found. SQLite would go
// through all that have expired again for the second.
const remove = (by: string) => `DELETE FROM items ${by} WHERE namespace = ? AND expires_at <= ? AND seq IN
     (SELECT seq FROM items WHERE namespace = ? AND expires_at <= ? ORDER BY expires_at LIMIT ?)
   RETURNING seq`

const DELETE = statement<{ seq: number }>(remove('INDEXED BY items_seq_idx'), {
  leavesKept: true,
  isOnlyWrite: true,
  postgresql: remove(''),
})

/** Deletes at most `limit` items whose time is over, and tells how many there were. */
export function* deleteExpiredItems(namespace: string, limit: number): Operation<number> {
  const now = timestampNow()
  return (yield* query(DELETE, [namespace, now, namespace, now, limit])).length
}
