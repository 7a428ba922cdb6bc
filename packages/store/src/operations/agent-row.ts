import { AgentDeletedError, AgentNotFoundError, StateTooNewError } from '../errors.ts'
import { type Operation, queryFirst, statement } from '../operation.ts'
import { fromTimestamp } from '../timestamp.ts'

/** An agent without its state, as it is stored: times as text, metadata as JSON. */
export interface AgentSummaryRow {
  agentId: string
  name: string
  status: string
  /** A bare number in JSON comes back from SQLite as a number. */
  metadata: string | number | null
  version: number
  createdAt: string
  updatedAt: string
  deletedAt: string | null
  /** The version of the caller's schema that the state was saved under; null means 1. */
  schemaVersion: number | null
  /** The agent, and its version, that this one was forked from. */
  parentAgentId: string | null
  parentVersion: number | null
}

/** An agent with its state, as JSON text. */
export interface AgentRow extends AgentSummaryRow {
  stateData: string
}

export const AGENT_SUMMARY = `a.agent_id AS "agentId", a.name, a.status, a.metadata, a.version, a.created_at AS "createdAt", a.updated_at AS "updatedAt", a.deleted_at AS "deletedAt", a.schema_version AS "schemaVersion", a.parent_agent_id AS "parentAgentId", a.parent_version AS "parentVersion"`

/** What writes on this agent take turns by, where there are row locks. */
export const LOCK_AGENT = 'FOR NO KEY UPDATE OF a'

const FIND = statement<AgentSummaryRow>(
  `SELECT ${AGENT_SUMMARY} FROM agent_states a WHERE a.namespace = ? AND a.agent_id = ?`,
  { locks: LOCK_AGENT, isOfAgent: true },
)

/** The agent's head without its state; undefined when there is none. A deleted agent has a head, too. */
export function* findAgent(namespace: string, agentId: string): Operation<AgentSummaryRow | undefined> {
  return yield* queryFirst(FIND, [namespace, agentId])
}

/** The head of an agent that exists and is not deleted; anything else is refused. */
export function* requireLiveAgent(namespace: string, agentId: string): Operation<AgentSummaryRow> {
  return requireLive(agentId, yield* findAgent(namespace, agentId))
}

/** The row itself, if the agent exists and is not deleted. */
export function requireLive<Row extends AgentSummaryRow>(agentId: string, row: Row | undefined): Row {
  if (row === undefined) throw new AgentNotFoundError(agentId)
  if (row.deletedAt !== null) throw new AgentDeletedError(agentId, fromTimestamp(row.deletedAt))
  return row
}

/** Refuses a state that was saved under a newer schema version than the caller knows. */
export function requireKnownSchema(agentId: string, stored: number | null, known: number): void {
  if (stored !== null && stored > known) throw new StateTooNewError(agentId, stored, known)
}
