import { type Operation, query, statement } from '../operation.ts'
import { EVENT, type EventRow } from './save-events.ts'

export interface ListEvents {
  /** The sequence number that the page starts after; 0 for the first page. */
  after: number
  limit: number
}

const list = (column: string) =>
  statement<EventRow>(
    `SELECT ${EVENT} FROM events WHERE namespace = ? AND ${column} = ? AND seq > ? ORDER BY seq LIMIT ?`,
  )

const BY_SESSION = list('session_id')
const BY_TYPE = list('event_type')

/** Lists a session's events in the order they were saved. */
export function* listSessionEvents(
  namespace: string,
  sessionId: string,
  { after, limit }: ListEvents,
): Operation<EventRow[]> {
  return yield* query(BY_SESSION, [namespace, sessionId, after, limit])
}

/** Lists the events of a type in the order they were saved. */
export function* listEventsByType(
  namespace: string,
  eventType: string,
  { after, limit }: ListEvents,
): Operation<EventRow[]> {
  return yield* query(BY_TYPE, [namespace, eventType, after, limit])
}
