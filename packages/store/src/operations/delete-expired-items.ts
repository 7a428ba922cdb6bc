import { type Operation, query, statement } from '../operation.ts'
import { timestampNow } from '../timestamp.ts'

/** Bytes of text that are deleted at once: on SQLite, all their words are taken out of the full-text index meanwhile. */
const TEXT_AT_ONCE = 2 ** 20

// Asked twice: where writers do not wait for each other, one may have been refreshed since it was found. SQLite would go
// through all that have expired again for the second.
const remove = (by: string) => `DELETE FROM items ${by} WHERE namespace = ? AND expires_at <= ? AND seq IN
     (SELECT seq FROM (
        SELECT seq, sum(bytes) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM
          (SELECT seq, octet_length(text) AS bytes FROM items WHERE namespace = ? AND expires_at <= ? ORDER BY expires_at LIMIT ?) expired
      ) counted WHERE before IS NULL OR before < ${TEXT_AT_ONCE})
   RETURNING seq`

const DELETE = statement<{ seq: number }>(remove('INDEXED BY items_seq_idx'), {
  leavesKept: true,
  isOnlyWrite: true,
  postgresql: remove(''),
})

/** Deletes items whose time is over, at most `limit`, or fewer with long texts; 0 when there are no more. */
export function* deleteExpiredItems(namespace: string, limit: number): Operation<number> {
  const now = timestampNow()
  return (yield* query(DELETE, [namespace, now, namespace, now, limit])).length
}
