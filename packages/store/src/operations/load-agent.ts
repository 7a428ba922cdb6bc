import { type Operation, queryFirst, statement } from '../operation.ts'
import { AGENT_SUMMARY, type AgentRow } from './agent-row.ts'

const LOAD = statement<AgentRow>(
  `SELECT ${AGENT_SUMMARY}, a.state_data AS "stateData" FROM agent_states a WHERE a.namespace = ? AND a.agent_id = ? AND a.deleted_at IS NULL`,
)

/** Loads an agent with its state; undefined when there is none, or it was deleted. */
export function* loadAgent(namespace: string, agentId: string): Operation<AgentRow | undefined> {
  return yield* queryFirst(LOAD, [namespace, agentId])
}
