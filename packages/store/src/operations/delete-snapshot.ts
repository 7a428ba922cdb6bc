import { type Operation, queryFirst, statement } from '../operation.ts'

const DELETE = statement<{ id: string }>('DELETE FROM state_snapshots WHERE namespace = ? AND id = ? RETURNING id', {
  isOnlyWrite: true,
})

/** Deletes a snapshot; false when there is none. */
export function* deleteSnapshot(namespace: string, snapshotId: string): Operation<boolean> {
  return (yield* queryFirst(DELETE, [namespace, snapshotId])) !== undefined
}
