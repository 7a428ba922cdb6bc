import * as operations from '@descartes/store'
import { fromTimestamp } from '@descartes/store'
import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { decodeJson } from './codec.ts'
import { decodeCursor, toPage } from './cursor.ts'
import * as fields from './fields.ts'
import { encodeMetadata, type Handle } from './handle.ts'
import { limitOf, paging } from './paging.ts'
import { parse } from './parse.ts'
import type { EndSessionOptions, Page, Session, SessionFilter, SessionInput } from './records.ts'

const START = v.strictObject({ id: v.optional(fields.id), agentId: fields.id, metadata: v.optional(v.unknown()) })
const END = v.strictObject({ status: v.optional(fields.oneOf('completed', 'failed', 'cancelled')) })
const LIST = v.strictObject({ ...paging, agentId: v.optional(fields.id), status: v.optional(fields.sessionStatus) })

export async function startSession(handle: Handle<unknown>, input: SessionInput): Promise<Session> {
  const { id = uuidv7(), agentId, ...given } = parse(START, 'input', input)
  const row = { id, agentId, metadata: encodeMetadata(handle, given.metadata) ?? null }
  return toSession(await handle.executor.write(() => operations.startSession(handle.namespace, row)))
}

export async function endSession(
  handle: Handle<unknown>,
  sessionId: string,
  options: EndSessionOptions = {},
): Promise<Session> {
  parse(fields.id, 'sessionId', sessionId)
  const { status = 'completed' } = parse(END, 'options', options)
  return toSession(await handle.executor.write(() => operations.endSession(handle.namespace, sessionId, status)))
}

export async function getSession(handle: Handle<unknown>, sessionId: string): Promise<Session | null> {
  parse(fields.id, 'sessionId', sessionId)
  const row = await handle.executor.read(() => operations.loadSession(handle.namespace, sessionId))
  return row === undefined ? null : toSession(row)
}

export async function listSessions(handle: Handle<unknown>, filter: SessionFilter = {}): Promise<Page<Session>> {
  const { agentId, status, ...page } = parse(LIST, 'filter', filter)
  const limit = limitOf(handle, page)
  const scope = { namespace: handle.namespace, list: JSON.stringify(['sessions', agentId, status]) }
  const key = decodeCursor(scope, page.cursor) as [string, string] | undefined
  const before = key && { startedAt: key[0], id: key[1] }
  const rows = await handle.executor.read(() =>
    operations.listSessions(handle.namespace, { agentId, status, before, limit: limit + 1 }),
  )
  return toPage(rows, limit, scope, (row) => [row.startedAt, row.id], toSession)
}

function toSession(row: operations.SessionRow): Session {
  return {
    id: row.id,
    agentId: row.agentId,
    startedAt: fromTimestamp(row.startedAt),
    endedAt: row.endedAt === null ? null : fromTimestamp(row.endedAt),
    status: row.status,
    metadata: decodeJson(row.metadata, 'sessions.metadata'),
  }
}
