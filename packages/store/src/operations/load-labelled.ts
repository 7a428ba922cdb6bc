import { type Operation, queryFirst, statement } from '../operation.ts'
import type { AgentRow } from './agent-row.ts'
import { loadRevision } from './load-revision.ts'

const FIND = statement<{ version: number }>(
  'SELECT version FROM agent_revisions WHERE namespace = ? AND agent_id = ? AND label = ?',
)

/** An agent as it was at the version of a label; undefined when none has it. */
export function* loadLabelled(namespace: string, agentId: string, label: string): Operation<AgentRow | undefined> {
  const found = yield* queryFirst(FIND, [namespace, agentId, label])
  return found === undefined ? undefined : yield* loadRevision(namespace, agentId, found.version)
}
