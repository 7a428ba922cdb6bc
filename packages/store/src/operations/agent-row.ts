import { AgentDeletedError, AgentNotFoundError } from '../errors.ts'
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
}

/** An agent with its state, as JSON text. */
export interface AgentRow extends AgentSummaryRow {
  stateData: string
}

export const AGENT_SUMMARY = `agent_id AS "agentId", name, status, metadata, version, created_at AS "createdAt", updated_at AS "updatedAt", deleted_at AS "deletedAt"`

const FIND = statement<AgentSummaryRow>(
  `SELECT ${AGENT_SUMMARY} FROM agent_states WHERE namespace = ? AND agent_id = ?`,
)

/** The agent's head without its state; undefined when there is none. A deleted agent has a head, too. */
export function* findAgent(namespace: string, agentId: string): Operation<AgentSummaryRow | undefined> {
  return yield* queryFirst(FIND, [namespace, agentId])
}

/** The head of an agent that exists and is not deleted; anything else is refused. */
export function* requireLiveAgent(namespace: string, agentId: string): Operation<AgentSummaryRow> {
  const agent = yield* findAgent(namespace, agentId)
  if (agent === undefined) throw new AgentNotFoundError(agentId)
  if (agent.deletedAt !== null) throw new AgentDeletedError(agentId, fromTimestamp(agent.deletedAt))
  return agent
}
