import * as operations from '@descartes/store'
import { fromTimestamp, RevisionNotFoundError } from '@descartes/store'
import * as v from 'valibot'
import { loadAgentState, writeAgentState } from './agents.ts'
import * as fields from './fields.ts'
import type { Handle } from './handle.ts'
import { diff } from './json-patch/diff.ts'
import type { JsonPatchOperation } from './json-patch/operations.ts'
import { PAGE, readPage } from './paging.ts'
import { parse } from './parse.ts'
import { consistencyOf } from './reading.ts'
import type {
  AgentState,
  Consistency,
  Page,
  PageOptions,
  ReadOptions,
  RestoreRevisionOptions,
  Revision,
} from './records.ts'

const VERSION = fields.integer(1)
const RESTORE = v.strictObject({ expectedVersion: v.optional(fields.version) })

export async function listRevisions(
  handle: Handle<unknown>,
  agentId: string,
  page: PageOptions = {},
): Promise<Page<Revision>> {
  parse(fields.id, 'agentId', agentId)
  return readPage(handle, parse(PAGE, 'page', page), {
    list: ['revisions', agentId],
    rows: ([before = Number.MAX_SAFE_INTEGER]: [number?], limit: number) =>
      operations.listRevisions(handle.namespace, { agentId, before, limit }),
    keyOf: ({ version }) => [version],
    toItem: ({ version, kind, status, size, storedBytes, label, createdAt }) => ({
      ...{ agentId, version, kind, status, size, storedBytes, label },
      createdAt: fromTimestamp(createdAt),
    }),
  })
}

export async function diffRevisions(
  handle: Handle<unknown>,
  agentId: string,
  from: number,
  to: number,
  options?: ReadOptions,
): Promise<JsonPatchOperation[]> {
  parse(VERSION, 'from', from)
  parse(VERSION, 'to', to)
  const consistency = consistencyOf(options)
  return diff(await stateOf(handle, agentId, from, consistency), await stateOf(handle, agentId, to, consistency))
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

async function stateOf(
  handle: Handle<unknown>,
  agentId: string,
  version: number,
  consistency: Consistency | undefined,
): Promise<unknown> {
  const found = await loadAgentState(handle, agentId, { version, consistency })
  if (found !== null) return found.state
  // A replica may not have it yet, which is no reason to fail.
  if (consistency === 'eventual') return stateOf(handle, agentId, version, 'strong')
  throw new RevisionNotFoundError(agentId, version)
}
