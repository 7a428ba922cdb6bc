import { type Operation, queryFirst, statement } from '../operation.ts'
import { timestampNow } from '../timestamp.ts'

const DELETE = statement<{ expiresAt: string | null }>(
  'DELETE FROM items WHERE namespace = ? AND path = ? AND key = ? RETURNING expires_at AS "expiresAt"',
  { leavesKept: true, isOnlyWrite: true },
)

/** Deletes an item; false when there is none, or it had expired. */
export function* deleteItem(namespace: string, path: string, key: string): Operation<boolean> {
  const now = timestampNow()
  const deleted = yield* queryFirst(DELETE, [namespace, path, key])
  return deleted !== undefined && (deleted.expiresAt === null || deleted.expiresAt > now)
}
