import * as operations from '@descartes/store'
import { fromTimestamp, InvalidInputError, toTimestamp } from '@descartes/store'
import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { decodeJson } from './codec.ts'
import { encodeState } from './encode-state.ts'
import * as fields from './fields.ts'
import { encodeMetadata, type Handle } from './handle.ts'
import { paging, readPage } from './paging.ts'
import { parse } from './parse.ts'
import { read, reading } from './reading.ts'
import type {
  AgentState,
  AgentStateInput,
  AgentSummary,
  ListAgentsFilter,
  LoadAgentOptions,
  Page,
  SaveAgentOptions,
  UpdateAgentStatusOptions,
} from './records.ts'
import { FIRST_VERSION, liftState, storesAsIs, validateState } from './schema.ts'

const SAVE = v.strictObject({
  agentId: fields.id,
  name: fields.label,
  status: fields.id,
  state: v.unknown(),
  metadata: v.optional(v.unknown()),
})
const SAVE_OPTIONS = v.strictObject({
  expectedVersion: v.optional(fields.version),
  revive: v.optional(fields.flag),
  label: v.optional(fields.id),
})
const NO_OPTIONS: SaveAgentOptions = {}
const NO_LOAD_OPTIONS: LoadAgentOptions = {}
const LOAD_OPTIONS = v.strictObject({
  ...reading,
  version: v.optional(fields.integer(1)),
  at: v.optional(fields.date),
  label: v.optional(fields.id),
})
const UPDATE_OPTIONS = v.strictObject({ reason: v.optional(fields.note), expectedVersion: v.optional(fields.version) })
const LIST = v.strictObject({
  ...paging,
  status: v.optional(fields.id),
  includeDeleted: v.optional(fields.flag),
  idPrefix: v.optional(fields.id),
})

export async function saveAgentState<S>(
  handle: Handle<S>,
  input: AgentStateInput<S>,
  options?: SaveAgentOptions,
): Promise<AgentState<S>> {
  const given = parse(SAVE, 'input', input)
  const { agentId, name, status } = given
  const {
    expectedVersion,
    revive = false,
    label,
  } = options === undefined ? NO_OPTIONS : parse(SAVE_OPTIONS, 'options', options)
  const metadata = encodeMetadata(handle, given.metadata)
  const valid = handle.schema === undefined ? (given.state as S) : validateState(handle.schema, given.state)
  // No pause without need: what the caller does next, such as close(), must not overtake the save.
  const state = valid instanceof Promise ? ((await valid) as S) : valid
  const stateData = encodeState(handle, agentId, state)
  const row = {
    agentId,
    name,
    status,
    metadata,
    stateData,
    schemaVersion: handle.schemaVersion,
    expectedVersion,
    revive,
    label,
  }
  const saved = await handle.executor.write(() => operations.saveAgent(handle.namespace, row))
  return withState(toSummary(saved), state)
}

export async function loadAgentState<S>(
  handle: Handle<S>,
  agentId: string,
  options?: LoadAgentOptions,
): Promise<AgentState<S> | null> {
  parse(fields.id, 'agentId', agentId)
  const { namespace } = handle
  const { version, at, label, consistency } =
    options === undefined ? NO_LOAD_OPTIONS : parse(LOAD_OPTIONS, 'options', options)
  if (version !== undefined && at !== undefined) throw new InvalidInputError('at', 'either version or at', 'both')
  if (label !== undefined && (version ?? at) !== undefined)
    throw new InvalidInputError('label', 'either a label or a version or moment', 'both')
  const load = () => {
    if (version !== undefined) return operations.loadRevision(namespace, agentId, version)
    if (at !== undefined) return operations.loadRevisionAt(namespace, agentId, toTimestamp(at))
    if (label !== undefined) return operations.loadLabelled(namespace, agentId, label)
    return operations.loadAgent(namespace, agentId)
  }
  const row = await read(handle, load, consistency)
  return row === undefined ? null : toAgentState(handle, row)
}

export async function listAgents(handle: Handle<unknown>, filter: ListAgentsFilter = {}): Promise<Page<AgentSummary>> {
  const { status, includeDeleted = false, idPrefix, ...page } = parse(LIST, 'filter', filter)
  return readPage(handle, page, {
    list: ['agents', status, includeDeleted, idPrefix],
    rows: ([after = '']: [string?], limit: number) =>
      operations.listAgents(handle.namespace, { status, includeDeleted, idPrefix, after, limit }),
    keyOf: ({ agentId }) => [agentId],
    toItem: toSummary,
  })
}

export async function updateAgentStatus(
  handle: Handle<unknown>,
  agentId: string,
  status: string,
  options: UpdateAgentStatusOptions = {},
): Promise<AgentSummary> {
  parse(fields.id, 'agentId', agentId)
  parse(fields.id, 'status', status)
  const { reason = null, expectedVersion } = parse(UPDATE_OPTIONS, 'options', options)
  const row = { agentId, status, reason, expectedVersion, transitionId: uuidv7() }
  return toSummary(await handle.executor.write(() => operations.updateAgentStatus(handle.namespace, row)))
}

export async function deleteAgent(handle: Handle<unknown>, agentId: string): Promise<boolean> {
  parse(fields.id, 'agentId', agentId)
  return handle.executor.write(() => operations.deleteAgent(handle.namespace, agentId))
}

/** A stored agent as callers see it. */
export async function toAgentState<S>(handle: Handle<S>, row: operations.AgentRow): Promise<AgentState<S>> {
  const stored = decodeJson(row.stateData, 'agent_states.state_data')
  const isPresent = handle.schema === undefined && (row.schemaVersion ?? FIRST_VERSION) === handle.schemaVersion
  const state = isPresent ? (stored as S) : await liftState(handle, row.agentId, stored, row.schemaVersion)
  return withState(toSummary(row), state)
}

/** Runs a write that gives an agent back. What the schema refuses must not stay: no load could read it. */
export function writeAgentState<S>(
  handle: Handle<S>,
  operation: () => operations.Operation<operations.AgentRow>,
): Promise<AgentState<S>> {
  const write = async (executor: operations.Executor) => toAgentState(handle, await executor.write(operation))
  return storesAsIs(handle) ? write(handle.executor) : handle.executor.transact(write)
}

// Not a spread, which costs a microsecond of each save.
function withState<S>(agent: AgentSummary, state: S): AgentState<S> {
  return Object.assign(agent, { state })
}

export function toSummary(row: operations.AgentSummaryRow): AgentSummary {
  return {
    agentId: row.agentId,
    name: row.name,
    status: row.status,
    metadata: decodeJson(row.metadata, 'agent_states.metadata'),
    version: row.version,
    createdAt: fromTimestamp(row.createdAt),
    updatedAt: fromTimestamp(row.updatedAt),
    deletedAt: row.deletedAt === null ? null : fromTimestamp(row.deletedAt),
    parent:
      row.parentAgentId === null || row.parentVersion === null
        ? null
        : { agentId: row.parentAgentId, version: row.parentVersion },
  }
}
