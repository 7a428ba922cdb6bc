import { isDeepStrictEqual } from 'node:util'
import { EventConflictError } from '../errors.ts'
import { type Operation, queryFirst, statement } from '../operation.ts'
import { timestampNow } from '../timestamp.ts'

/** An event as it is stored. */
export interface EventRow {
  id: string
  /** Counts up over the whole database, in the order of commits. */
  seq: number
  eventType: string
  timestamp: string
  sessionId: string
  actorType: 'user' | 'agent' | 'system'
  actorId: string
  gitCommit: string | null
  metadata: string | number | null
  content: string
}

export type NewEvent = Omit<EventRow, 'seq' | 'timestamp' | 'metadata'> & {
  metadata: string | null
  /** Undefined: the moment of saving. */
  timestamp: string | undefined
  /** The caller chose the id, so the event may be stored already. */
  mayExist: boolean
}

export const EVENT = `id, seq, event_type AS "eventType", timestamp, session_id AS "sessionId", actor_type AS "actorType", actor_id AS "actorId", git_commit AS "gitCommit", metadata, content`

const FIND = statement<EventRow>(`SELECT ${EVENT} FROM events WHERE namespace = ? AND id = ?`)
// The number after all that there are and were: those of deleted events are not given again.
const INSERT = statement<{ seq: number }>(
  `INSERT INTO events (namespace, id, seq, event_type, timestamp, session_id, actor_type, actor_id, git_commit, metadata, content)
   VALUES (?, ?, 1 + max(coalesce((SELECT max(seq) FROM events), 0), coalesce((SELECT seq FROM events_deleted_seq), 0)), ?, ?, ?, ?, ?, ?, ?, ?)
   RETURNING seq`,
  {
    leavesKept: true,
    // A trigger numbers it, in the order of commits.
    postgresql: `INSERT INTO events (namespace, id, event_type, timestamp, session_id, actor_type, actor_id, git_commit, metadata, content)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
  },
)

const COMPARED = [
  'eventType',
  'sessionId',
  'actorType',
  'actorId',
  'gitCommit',
  'metadata',
  'content',
  'timestamp',
] as const

/** Saves events in their order, all or none. One that is stored already, with the same content, is left as it is. */
export function* saveEvents(namespace: string, events: readonly NewEvent[]): Operation<EventRow[]> {
  const stored = new Map<string, EventRow>()
  for (const { id, mayExist } of events) {
    const found = mayExist ? yield* queryFirst(FIND, [namespace, id]) : undefined
    if (found !== undefined) stored.set(id, found)
  }
  const now = timestampNow()
  const rows: EventRow[] = []
  const fresh: EventRow[] = []
  for (const { mayExist: _, timestamp, ...event } of events) {
    const same = stored.get(event.id)
    const row = same ?? { ...event, seq: 0, timestamp: timestamp ?? now }
    if (same !== undefined) requireSameContent(same, { ...event, timestamp })
    else {
      stored.set(event.id, row)
      fresh.push(row)
    }
    rows.push(row)
  }
  for (const row of fresh) {
    const { id, eventType, timestamp, sessionId, actorType, actorId, gitCommit, metadata, content } = row
    const inserted = yield* queryFirst(INSERT, [
      namespace,
      id,
      eventType,
      timestamp,
      sessionId,
      actorType,
      actorId,
      gitCommit,
      metadata,
      content,
    ])
    row.seq = (inserted as { seq: number }).seq
  }
  return rows
}

function requireSameContent(stored: EventRow, event: Omit<NewEvent, 'mayExist'>): void {
  const differing = COMPARED.filter(
    (field) => event[field] !== undefined && !isSame(field, event[field], stored[field] as string | number | null),
  )
  if (differing.length > 0) throw new EventConflictError(event.id, differing)
}

function isSame(field: keyof EventRow, given: string | null | undefined, stored: string | number | null): boolean {
  if (given === stored) return true
  // The same JSON may have its keys in another order, and comes back as a number when it is a bare one.
  return (
    field === 'metadata' &&
    given != null &&
    stored !== null &&
    isDeepStrictEqual(JSON.parse(given), JSON.parse(String(stored)))
  )
}
