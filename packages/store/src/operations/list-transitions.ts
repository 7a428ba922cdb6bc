import { type Operation, query, statement } from '../operation.ts'
import { TRANSITION, type TransitionRow } from './record-transition.ts'

export interface ListTransitions {
  agentId: string
  /** The sequence number that the page starts below. */
  before: number
  limit: number
}

const LIST = statement<TransitionRow>(
  `SELECT ${TRANSITION} FROM state_transitions WHERE namespace = ? AND agent_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
)

/** Lists an agent's transitions, newest first. */
export function* listTransitions(
  namespace: string,
  { agentId, before, limit }: ListTransitions,
): Operation<TransitionRow[]> {
  return yield* query(LIST, [namespace, agentId, before, limit])
}
