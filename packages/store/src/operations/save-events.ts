import { isDeepStrictEqual } from 'node:util'
import { EventConflictError } from '../errors.ts'
import { execute, type Operation, queryFirst, statement } from '../operation.ts'
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
const COLUMNS =
  'namespace, id, seq, event_type, timestamp, session_id, actor_type, actor_id, git_commit, metadata, content'
const INSERT = statement<{ seq: number }>(
  `INSERT INTO events (${COLUMNS})
   VALUES (?, ?, (SELECT coalesce(max(seq), 0) + 1 FROM events), ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
)
const LAST = statement<{ seq: number }>('SELECT coalesce(max(seq), 0) AS seq FROM events')
// FTS5 writes out what it holds at each statement: events that come in one are saved in half the time, and leave fewer
// segments for a search to look into.
const INSERT_MANY = statement(
  `INSERT INTO events (${COLUMNS})
   SELECT ?, value ->> 0, CAST(? AS INTEGER) + key, ${[1, 2, 3, 4, 5, 6, 7, 8].map((i) => `value ->> ${i}`).join(', ')}
   FROM json_each(?)`,
)

/** Characters that one statement takes, before the event that exceeds them. */
const CHARACTERS = 2 ** 22

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
  if (fresh.length === 1) yield* insertOne(namespace, fresh[0] as EventRow)
  else if (fresh.length > 1) yield* insertMany(namespace, fresh)
  return rows
}

function* insertOne(namespace: string, row: EventRow): Operation<void> {
  const inserted = yield* queryFirst(INSERT, [namespace, ...valuesOf(row)])
  row.seq = (inserted as { seq: number }).seq
}

function* insertMany(namespace: string, rows: readonly EventRow[]): Operation<void> {
  const last = yield* queryFirst(LAST, [])
  for (const [i, row] of rows.entries()) row.seq = (last as { seq: number }).seq + 1 + i
  for (const part of partsOf(rows))
    yield* execute(INSERT_MANY, [namespace, part[0]?.seq as number, JSON.stringify(part.map(valuesOf))])
}

function valuesOf(row: EventRow) {
  const { id, eventType, timestamp, sessionId, actorType, actorId, gitCommit, metadata, content } = row
  return [id, eventType, timestamp, sessionId, actorType, actorId, gitCommit, metadata, content] as const
}

/** Cuts rows into parts whose JSON is of a size to hold in memory. */
function partsOf(rows: readonly EventRow[]): EventRow[][] {
  const parts: EventRow[][] = []
  let characters = CHARACTERS
  for (const row of rows) {
    if (characters >= CHARACTERS) {
      parts.push([])
      characters = 0
    }
    parts.at(-1)?.push(row)
    characters += row.content.length + String(row.metadata).length
  }
  return parts
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
