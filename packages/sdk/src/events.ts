import * as operations from '@descartes/store'
import { fromTimestamp, InvalidInputError, toTimestamp } from '@descartes/store'
import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { decodeJson } from './codec.ts'
import * as fields from './fields.ts'
import { encodeMetadata, type Handle } from './handle.ts'
import { PAGE, readPage } from './paging.ts'
import { parse } from './parse.ts'
import type { Event, EventInput, Page, PageOptions } from './records.ts'

const EVENT = v.strictObject({
  eventType: fields.id,
  sessionId: fields.id,
  actorType: fields.oneOf('user', 'agent', 'system'),
  actorId: fields.id,
  content: fields.text,
  metadata: v.optional(v.unknown()),
  gitCommit: v.optional(fields.id),
  id: v.optional(fields.id),
  timestamp: v.optional(fields.date),
})

export async function saveEvent(handle: Handle<unknown>, input: EventInput): Promise<Event> {
  const row = toRow(handle, input, 'input', '')
  const [saved] = await handle.executor.write(() => operations.saveEvents(handle.namespace, [row]))
  return toEvent(saved as operations.EventRow)
}

export async function saveEvents(handle: Handle<unknown>, inputs: readonly EventInput[]): Promise<Event[]> {
  const events = parse(fields.list(handle.limits.eventsPerCall, 'events'), 'inputs', inputs) as EventInput[]
  const rows = events.map((input, i) => toRow(handle, input, `inputs/${i}`, `inputs/${i}/`))
  if (rows.length === 0) return []
  const saved = await handle.executor.write(() => operations.saveEvents(handle.namespace, rows))
  return saved.map(toEvent)
}

export async function getEvents(
  handle: Handle<unknown>,
  sessionId: string,
  page: PageOptions = {},
): Promise<Page<Event>> {
  parse(fields.id, 'sessionId', sessionId)
  return listEvents(handle, ['events', 'session', sessionId], page, (options) =>
    operations.listSessionEvents(handle.namespace, sessionId, options),
  )
}

export async function getEventsByType(
  handle: Handle<unknown>,
  eventType: string,
  page: PageOptions = {},
): Promise<Page<Event>> {
  parse(fields.id, 'eventType', eventType)
  const list = ['events', 'type', eventType]
  return listEvents(handle, list, page, (options) => operations.listEventsByType(handle.namespace, eventType, options))
}

type ListOperation = (options: operations.ListEvents) => operations.Operation<operations.EventRow[]>

function listEvents(
  handle: Handle<unknown>,
  list: readonly string[],
  page: PageOptions,
  operation: ListOperation,
): Promise<Page<Event>> {
  return readPage(handle, parse(PAGE, 'page', page), {
    list,
    rows: ([after = 0]: [number?], limit: number) => operation({ after, limit }),
    keyOf: ({ seq }) => [seq],
    toItem: toEvent,
  })
}

/** `argument` names the input as a whole, `prefix` stands before its fields' names. */
function toRow(handle: Handle<unknown>, input: EventInput, argument: string, prefix: string): operations.NewEvent {
  const { id, timestamp, metadata, gitCommit = null, ...event } = parse(EVENT, argument, input, prefix)
  const bytes = Buffer.byteLength(event.content)
  const { contentBytes } = handle.limits
  if (bytes > contentBytes)
    throw new InvalidInputError(`${prefix}content`, `at most ${contentBytes} bytes`, `${bytes} bytes`)
  return {
    ...event,
    id: id ?? uuidv7(),
    mayExist: id !== undefined,
    gitCommit,
    metadata: encodeMetadata(handle, metadata, `${prefix}metadata`) ?? null,
    timestamp: timestamp === undefined ? undefined : toTimestamp(timestamp),
  }
}

/** A stored event as callers see it. */
export function toEvent(row: operations.EventRow): Event {
  return {
    id: row.id,
    eventType: row.eventType,
    sessionId: row.sessionId,
    actorType: row.actorType,
    actorId: row.actorId,
    content: row.content,
    metadata: decodeJson(row.metadata, 'events.metadata'),
    gitCommit: row.gitCommit,
    timestamp: fromTimestamp(row.timestamp),
  }
}
