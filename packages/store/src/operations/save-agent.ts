import { AgentDeletedError, VersionConflictError } from '../errors.ts'
import type { Operation } from '../operation.ts'
import { fromTimestamp } from '../timestamp.ts'
import { type AgentSummaryRow, requireKnownSchema } from './agent-row.ts'
import { readHead } from './head.ts'
import { writeVersion } from './write-version.ts'

export interface SaveAgent {
  agentId: string
  name: string
  status: string
  /** JSON text; null clears what is stored, undefined leaves it. */
  metadata: string | null | undefined
  /** JSON text, or the bytes of it. */
  stateData: string | Buffer
  /** The version of the caller's schema. */
  schemaVersion: number
  /** Compare-and-set: save only over this version (0: only if there is no such agent). */
  expectedVersion: number | undefined
  /** Bring a deleted agent back. */
  revive: boolean
  /** A name for the version. */
  label?: string | undefined
}

/** Saves an agent whole, one version up. */
export function* saveAgent(namespace: string, input: SaveAgent): Operation<AgentSummaryRow> {
  const { agentId, expectedVersion, revive } = input
  const head = yield* readHead(namespace, agentId)
  if (head !== undefined && head.deletedAt !== null && !revive)
    throw new AgentDeletedError(agentId, fromTimestamp(head.deletedAt))
  requireVersion(agentId, expectedVersion, head?.version ?? 0)
  requireKnownSchema(agentId, head?.schemaVersion ?? null, input.schemaVersion)
  const { name, status, metadata = head?.metadata ?? null, stateData, schemaVersion, label } = input
  return yield* writeVersion(namespace, agentId, head, { name, status, metadata, stateData, schemaVersion, label })
}

/** Compare-and-set: refuses another version than the one expected, if one is. */
export function requireVersion(agentId: string, expected: number | undefined, actual: number): void {
  if (expected !== undefined && expected !== actual) throw new VersionConflictError(agentId, expected, actual)
}
