import { type Operation, queryFirst, statement } from '../operation.ts'
import { timestampNow } from '../timestamp.ts'
import { requireLiveAgent } from './agent-row.ts'

/** A transition as it is stored. */
export interface TransitionRow {
  id: string
  agentId: string
  /** Counts up by one within an agent. */
  seq: number
  stateBefore: string
  stateAfter: string
  reason: string | null
  timestamp: string
  metadata: string | number | null
}

export interface NewTransition {
  id: string
  agentId: string
  before: string
  after: string
  reason: string | null
  metadata: string | null
}

export const TRANSITION = `id, agent_id AS "agentId", seq, state_before AS "stateBefore", state_after AS "stateAfter", reason, timestamp, metadata`

const INSERT = statement<TransitionRow>(
  `INSERT INTO state_transitions (namespace, id, agent_id, seq, state_before, state_after, reason, timestamp, metadata)
   VALUES (?, ?, ?, (SELECT coalesce(max(seq), 0) + 1 FROM state_transitions WHERE namespace = ? AND agent_id = ?), ?, ?, ?, ?, ?)
   RETURNING ${TRANSITION}`,
  { leavesKept: true },
)

/** Adds a transition at the end of the agent's history. */
export function* insertTransition(
  namespace: string,
  transition: NewTransition & { timestamp: string },
): Operation<TransitionRow> {
  const { id, agentId, before, after, reason, metadata, timestamp } = transition
  return (yield* queryFirst(INSERT, [
    namespace,
    id,
    agentId,
    namespace,
    agentId,
    before,
    after,
    reason,
    timestamp,
    metadata,
  ])) as TransitionRow
}

/** Records a transition of an agent that exists; the agent itself stays as it is. */
export function* recordTransition(namespace: string, transition: NewTransition): Operation<TransitionRow> {
  yield* requireLiveAgent(namespace, transition.agentId)
  return yield* insertTransition(namespace, { ...transition, timestamp: timestampNow() })
}
