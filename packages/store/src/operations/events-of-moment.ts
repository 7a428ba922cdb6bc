import { type Operation, query, statement } from '../operation.ts'
import { TRANSITION, type TransitionRow } from './record-transition.ts'
import { EVENT, type EventRow } from './save-events.ts'

/** What happened around an agent in a span of time. */
export interface Moment {
  events: EventRow[]
  transitions: TransitionRow[]
}

/** The most events, and the most transitions, that a moment tells of: the last ones. */
const TOLD = 100

const EVENTS_OF_ACTOR = statement<EventRow>(
  `SELECT ${EVENT} FROM events WHERE namespace = ? AND actor_id = ? AND timestamp > ? AND timestamp <= ?
   ORDER BY seq DESC LIMIT ${TOLD}`,
)
const EVENTS_OF_SESSIONS = statement<EventRow>(
  `SELECT ${EVENT} FROM events WHERE namespace = ? AND session_id IN (
     SELECT id FROM sessions WHERE namespace = ? AND agent_id = ? AND started_at <= ? AND (ended_at IS NULL OR ended_at >= ?)
   ) AND timestamp > ? AND timestamp <= ? ORDER BY seq DESC LIMIT ${TOLD}`,
)
const TRANSITIONS = statement<TransitionRow>(
  `SELECT ${TRANSITION} FROM state_transitions WHERE namespace = ? AND agent_id = ? AND timestamp > ? AND timestamp <= ?
   ORDER BY seq DESC LIMIT ${TOLD}`,
)

/**
 * The events of an agent, or in a session of it, and its transitions, that are later than one moment and not later than
 * another; in the order they were saved, and of more than 100 the last.
 */
export function* eventsOfMoment(namespace: string, agentId: string, after: string, until: string): Operation<Moment> {
  const own = yield* query(EVENTS_OF_ACTOR, [namespace, agentId, after, until])
  const others = yield* query(EVENTS_OF_SESSIONS, [namespace, namespace, agentId, until, after, after, until])
  const transitions = yield* query(TRANSITIONS, [namespace, agentId, after, until])
  const events = [...new Map([...own, ...others].map((event) => [event.id, event])).values()]
  events.sort((a, b) => a.seq - b.seq)
  return { events: events.slice(-TOLD), transitions: transitions.reverse() }
}
