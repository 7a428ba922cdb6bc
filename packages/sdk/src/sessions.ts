import * as operations from '@descartes/store'
import { fromTimestamp } from '@descartes/store'
import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { decodeJson } from './codec.ts'
import * as fields from './fields.ts'
import { encodeMetadata, type Handle } from './handle.ts'
import { paging, readPage } from './paging.ts'
import { parse } from './parse.ts'
import { consistencyOf, read } from './reading.ts'
import type { EndSessionOptions, Page, ReadOptions, Session, SessionFilter, SessionInput } from './records.ts'

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

export async function getSession(
  handle: Handle<unknown>,
  sessionId: string,
  options?: ReadOptions,
): Promise<Session | null> {
  parse(fields.id, 'sessionId', sessionId)
  const load = () => operations.loadSession(handle.namespace, sessionId)
  const row = await read(handle, load, consistencyOf(options))
  return row === undefined ? null : toSession(row)
}

export async function listSessions(handle: Handle<unknown>, filter: SessionFilter = {}): Promise<Page<Session>> {
  const { agentId, status, ...page } = parse(LIST, 'filter', filter)
  return readPage(handle, page, {
    list: ['sessions', agentId, status],
    rows: ([startedAt, id = '']: [string?, string?], limit: number) => {
      const before = startedAt === undefined ? undefined : { startedAt, id }
      return operations.listSessions(handle.namespace, { agentId, status, before, limit })
    },
    keyOf: ({ startedAt, id }) => [startedAt, id],
    toItem: toSession,
  })
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
