import type { Operation } from '../operation.ts'
import { type AgentRow, findAgent } from './agent-row.ts'
import { findVersionAt } from './find-version-at.ts'
import { loadHead, loadRevision } from './load-revision.ts'

/** An agent as it was at a moment; undefined when it was not there yet, or the history no longer tells. */
export function* loadRevisionAt(namespace: string, agentId: string, moment: string): Operation<AgentRow | undefined> {
  const head = yield* findAgent(namespace, agentId)
  if (head === undefined) return undefined
  if (head.updatedAt <= moment) return yield* loadHead(namespace, agentId)
  const version = yield* findVersionAt(namespace, agentId, moment)
  return version === undefined ? undefined : yield* loadRevision(namespace, agentId, version)
}
