import { type Operation, queryFirst, statement } from '../operation.ts'
import { parseAgentText } from '../revisions/agent-text.ts'
import type { AgentRow } from './agent-row.ts'
import { type Head, readHead, readHeadSummary, stateOf } from './head.ts'
import { REVISION, type RevisionRow } from './list-revisions.ts'
import { readChain } from './read-chain.ts'

const FIND = statement<RevisionRow>(
  `SELECT ${REVISION} FROM agent_revisions WHERE namespace = ? AND agent_id = ? AND version = ?`,
)

/** An agent as it was at a version, also of one that was deleted since; undefined when the history does not hold it. */
export function* loadRevision(namespace: string, agentId: string, version: number): Operation<AgentRow | undefined> {
  const head = yield* readHeadSummary(namespace, agentId)
  if (head === undefined) return undefined
  if (head.recordedVersion === version) return yield* loadHead(namespace, agentId)
  const revision = yield* queryFirst(FIND, [namespace, agentId, version])
  // What was written past the store, as through Prisma, is in the head alone.
  if (revision === undefined) return head.version === version ? yield* loadHead(namespace, agentId) : undefined
  const text = (yield* readChain(namespace, agentId, version)) as Buffer
  const { status, schemaVersion, createdAt } = revision
  return { ...head, ...parseAgentText(text), version, status, schemaVersion, updatedAt: createdAt }
}

/** An agent's newest version, also of one that was deleted. */
export function* loadHead(namespace: string, agentId: string): Operation<AgentRow> {
  const head = (yield* readHead(namespace, agentId)) as Head
  return { ...head, stateData: stateOf(head) }
}
