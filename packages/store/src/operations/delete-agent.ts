import { type Operation, queryFirst, statement } from '../operation.ts'
import { timestampNow } from '../timestamp.ts'

const DELETE = statement<{ agentId: string }>(
  'UPDATE agent_states SET deleted_at = ? WHERE namespace = ? AND agent_id = ? AND deleted_at IS NULL RETURNING agent_id AS "agentId"',
  { isOnlyWrite: true },
)

/** Marks an agent as deleted; false when there is none, or it was deleted before. */
export function* deleteAgent(namespace: string, agentId: string): Operation<boolean> {
  return (yield* queryFirst(DELETE, [timestampNow(), namespace, agentId])) !== undefined
}
