import type { Operation } from '../operation.ts'
import { type AgentSummaryRow, requireKnownSchema, requireLive } from './agent-row.ts'
import { readHead, stateOf } from './head.ts'
import { requireVersion } from './save-agent.ts'
import { writeVersion } from './write-version.ts'

export interface ChangeAgent {
  agentId: string
  /** Compare-and-set: change only this version. */
  expectedVersion: number | undefined
  /** The version of the caller's schema. */
  schemaVersion: number
  /** The state after the change, from the state before it. */
  change: (stateData: string) => string
}

/** Changes an agent's state, one version up; name, status and metadata stay. */
export function* changeAgent(namespace: string, input: ChangeAgent): Operation<AgentSummaryRow> {
  const { agentId, expectedVersion, schemaVersion, change } = input
  const head = requireLive(agentId, yield* readHead(namespace, agentId))
  requireVersion(agentId, expectedVersion, head.version)
  requireKnownSchema(agentId, head.schemaVersion, schemaVersion)
  const stateData = change(stateOf(head))
  const { name, status, metadata } = head
  return yield* writeVersion(namespace, agentId, head, { name, status, metadata, stateData, schemaVersion })
}
