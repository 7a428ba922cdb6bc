import { type Operation, queryFirst, statement } from '../operation.ts'

const NEXT = statement<{ agentId: string }>(
  'SELECT agent_id AS "agentId" FROM agent_states WHERE namespace = ? AND agent_id > ? ORDER BY agent_id LIMIT 1',
)

/** The agent that follows by id, deleted ones too; undefined after the last. */
export function* nextAgent(namespace: string, after: string): Operation<string | undefined> {
  return (yield* queryFirst(NEXT, [namespace, after]))?.agentId
}
