import * as operations from '@descartes/store'
import { fromTimestamp } from '@descartes/store'
import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { decodeJson } from './codec.ts'
import * as fields from './fields.ts'
import { encodeMetadata, type Handle } from './handle.ts'
import { PAGE, readPage } from './paging.ts'
import { parse } from './parse.ts'
import type { Page, PageOptions, StateTransition, StateTransitionInput } from './records.ts'

const RECORD = v.strictObject({
  agentId: fields.id,
  before: fields.id,
  after: fields.id,
  reason: v.optional(fields.note),
  metadata: v.optional(v.unknown()),
})

export async function recordStateTransition(
  handle: Handle<unknown>,
  input: StateTransitionInput,
): Promise<StateTransition> {
  const { agentId, before, after, reason = null, ...given } = parse(RECORD, 'input', input)
  const row = { id: uuidv7(), agentId, before, after, reason, metadata: encodeMetadata(handle, given.metadata) ?? null }
  return toTransition(await handle.executor.write(() => operations.recordTransition(handle.namespace, row)))
}

export async function getStateHistory(
  handle: Handle<unknown>,
  agentId: string,
  page: PageOptions = {},
): Promise<Page<StateTransition>> {
  parse(fields.id, 'agentId', agentId)
  return readPage(handle, parse(PAGE, 'page', page), {
    list: ['transitions', agentId],
    rows: ([before = Number.MAX_SAFE_INTEGER]: [number?], limit: number) =>
      operations.listTransitions(handle.namespace, { agentId, before, limit }),
    keyOf: ({ seq }) => [seq],
    toItem: toTransition,
  })
}

export function toTransition(row: operations.TransitionRow): StateTransition {
  return {
    id: row.id,
    agentId: row.agentId,
    before: row.stateBefore,
    after: row.stateAfter,
    reason: row.reason,
    metadata: decodeJson(row.metadata, 'state_transitions.metadata'),
    timestamp: fromTimestamp(row.timestamp),
  }
}
