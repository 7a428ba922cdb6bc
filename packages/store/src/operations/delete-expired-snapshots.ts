import { type Operation, query, statement } from '../operation.ts'
import { timestampNow } from '../timestamp.ts'

const DELETE = statement<{ id: string }>(
  `DELETE FROM state_snapshots WHERE namespace = ? AND id IN
     (SELECT id FROM state_snapshots WHERE namespace = ? AND expires_at <= ? ORDER BY expires_at LIMIT ?)
   RETURNING id`,
  { isOnlyWrite: true },
)

/** Deletes at most `limit` snapshots whose time is over, and tells how many there were. */
export function* deleteExpiredSnapshots(namespace: string, limit: number): Operation<number> {
  return (yield* query(DELETE, [namespace, namespace, timestampNow(), limit])).length
}
