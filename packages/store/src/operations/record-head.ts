import type { Operation } from '../operation.ts'
import { requireLive } from './agent-row.ts'
import { readHead, readHeadSummary, stateOf } from './head.ts'
import { writeVersion } from './write-version.ts'

/**
 * The version that an agent is at, which the history is sure to hold. What was written through Prisma is in the head
 * alone: it becomes a version of its own.
 */
export function* recordHead(namespace: string, agentId: string): Operation<number> {
  const summary = requireLive(agentId, yield* readHeadSummary(namespace, agentId))
  if (summary.recordedVersion !== null) return summary.recordedVersion
  const head = requireLive(agentId, yield* readHead(namespace, agentId))
  const written = yield* writeVersion(namespace, agentId, head, { ...head, stateData: stateOf(head) })
  return written.version
}
