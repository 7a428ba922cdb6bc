import * as operations from '@descartes/store'
import { fromTimestamp, RevisionNotFoundError } from '@descartes/store'
import * as v from 'valibot'
import { loadAgentState, writeAgentState } from './agents.ts'
import { decodeCursor, toPage } from './cursor.ts'
import * as fields from './fields.ts'
import type { Handle } from './handle.ts'
import { diff } from './json-patch/diff.ts'
import type { JsonPatchOperation } from './json-patch/operations.ts'
import { limitOf, PAGE } from './paging.ts'
import { parse } from './parse.ts'
import type { AgentState, Page, PageOptions, RestoreRevisionOptions, Revision } from './records.ts'

const VERSION = fields.integer(1)
const RESTORE = v.strictObject({ expectedVersion: v.optional(fields.version) })

export async function listRevisions(
  handle: Handle<unknown>,
  agentId: string,
  page: PageOptions = {},
): Promise<Page<Revision>> {
  parse(fields.id, 'agentId', agentId)
  const { cursor, ...rest } = parse(PAGE, 'page', page)
  const limit = limitOf(handle, rest)
  const scope = { namespace: handle.namespace, list: JSON.stringify(['revisions', agentId]) }
  const [before = Number.MAX_SAFE_INTEGER] = (decodeCursor(scope, cursor) ?? []) as [number?]
  const rows = await handle.executor.read(() =>
    operations.listRevisions(handle.namespace, { agentId, before, limit: limit + 1 }),
  )
  return toPage(
    rows,
    limit,
    scope,
    ({ version }) => [version],
    ({ version, kind, status, size, storedBytes, createdAt }) => ({
      ...{ agentId, version, kind, status, size, storedBytes },
      createdAt: fromTimestamp(createdAt),
    }),
  )
}

export async function diffRevisions(
  handle: Handle<unknown>,
  agentId: string,
  from: number,
  to: number,
): Promise<JsonPatchOperation[]> {
  parse(VERSION, 'from', from)
  parse(VERSION, 'to', to)
  return diff(await stateOf(handle, agentId, from), await stateOf(handle, agentId, to))
}

export async function restoreRevision<S>(
  handle: Handle<S>,
  agentId: string,
  version: number,
  options: RestoreRevisionOptions = {},
): Promise<AgentState<S>> {
  parse(fields.id, 'agentId', agentId)
  parse(VERSION, 'version', version)
  const { expectedVersion } = parse(RESTORE, 'options', options)
  const input = { agentId, version, expectedVersion, schemaVersion: handle.schemaVersion }
  return writeAgentState(handle, () => operations.restoreRevision(handle.namespace, input))
}

async function stateOf(handle: Handle<unknown>, agentId: string, version: number): Promise<unknown> {
  const found = await loadAgentState(handle, agentId, { version })
  if (found === null) throw new RevisionNotFoundError(agentId, version)
  return found.state
}
