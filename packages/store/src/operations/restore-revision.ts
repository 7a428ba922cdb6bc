import { RevisionNotFoundError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import { type AgentRow, requireKnownSchema, requireLive } from './agent-row.ts'
import { readHead } from './head.ts'
import { loadRevision } from './load-revision.ts'
import { requireVersion } from './save-agent.ts'
import { writeVersion } from './write-version.ts'

export interface RestoreRevision {
  agentId: string
  version: number
  /** Compare-and-set: restore only over this version. */
  expectedVersion: number | undefined
  /** The version of the caller's schema; a state of a newer one is refused. */
  schemaVersion: number
}

/** Makes the state of an earlier version the agent's newest one; name, status and metadata stay as they are. */
export function* restoreRevision(namespace: string, input: RestoreRevision): Operation<AgentRow> {
  const { agentId, version, expectedVersion } = input
  const head = requireLive(agentId, yield* readHead(namespace, agentId))
  requireVersion(agentId, expectedVersion, head.version)
  requireKnownSchema(agentId, head.schemaVersion, input.schemaVersion)
  const revision = yield* loadRevision(namespace, agentId, version)
  if (revision === undefined) throw new RevisionNotFoundError(agentId, version)
  requireKnownSchema(agentId, revision.schemaVersion, input.schemaVersion)
  const { name, status, metadata } = head
  const { stateData, schemaVersion } = revision
  const next = { name, status, metadata, stateData, schemaVersion }
  return { ...(yield* writeVersion(namespace, agentId, head, next)), stateData }
}
