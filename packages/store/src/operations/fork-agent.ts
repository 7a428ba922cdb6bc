import { AgentExistsError, RevisionNotFoundError } from '../errors.ts'
import { type Operation, queryFirst, statement } from '../operation.ts'
import { parseAgentText } from '../revisions/agent-text.ts'
import { fromTimestamp } from '../timestamp.ts'
import { type AgentRow, findAgent, requireKnownSchema, requireLiveAgent } from './agent-row.ts'
import { REVISION, type RevisionRow } from './list-revisions.ts'
import { readChain } from './read-chain.ts'
import { recordHead } from './record-head.ts'
import { createAgent } from './write-version.ts'

export interface ForkAgent {
  /** The agent to fork. */
  parentAgentId: string
  /** Its version to begin with; undefined for the newest. */
  version: number | undefined
  /** The id of the new agent. */
  agentId: string
  /** The version of the caller's schema; a state of a newer one is refused. */
  schemaVersion: number
}

const FIND = statement<RevisionRow & { chainBytes: number }>(
  `SELECT ${REVISION}, chain_bytes AS "chainBytes" FROM agent_revisions WHERE namespace = ? AND agent_id = ? AND version = ?`,
)

/** Makes a new agent of a version of another. Its history begins with a delta that rests on that version. */
export function* forkAgent(namespace: string, { parentAgentId, agentId, ...from }: ForkAgent): Operation<AgentRow> {
  const parent = yield* requireLiveAgent(namespace, parentAgentId)
  const taken = yield* findAgent(namespace, agentId)
  if (taken !== undefined)
    throw new AgentExistsError(agentId, taken.deletedAt === null ? null : fromTimestamp(taken.deletedAt))
  let version = from.version ?? (yield* recordHead(namespace, parentAgentId))
  let revision = yield* queryFirst(FIND, [namespace, parentAgentId, version])
  if (revision === undefined && version === parent.version) {
    version = yield* recordHead(namespace, parentAgentId)
    revision = yield* queryFirst(FIND, [namespace, parentAgentId, version])
  }
  const text = yield* readChain(namespace, parentAgentId, version)
  if (revision === undefined || text === undefined) throw new RevisionNotFoundError(parentAgentId, version)
  const { status, schemaVersion, chainBytes } = revision
  requireKnownSchema(parentAgentId, schemaVersion, from.schemaVersion)
  const next = { ...parseAgentText(text), status, schemaVersion }
  const created = yield* createAgent(namespace, agentId, next, { agentId: parentAgentId, version, text, chainBytes })
  return { ...created, stateData: next.stateData }
}
