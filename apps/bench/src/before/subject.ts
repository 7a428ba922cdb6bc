import { pathToFileURL } from 'node:url'
import type { AgentState, AgentSummary, JsonValue } from '@descartes/sdk'
import { type Executor, fromTimestamp, openEngine, queryFirst, statement } from '@descartes/store'
import * as v from 'valibot'
import * as fields from '../../../../packages/sdk/src/fields.ts'
import { DEFAULT_LIMITS, type Limits } from '../../../../packages/sdk/src/limits.ts'
import { parse } from '../../../../packages/sdk/src/parse.ts'
import { NAMESPACE } from '../subjects/connection.ts'
import { type Durability, keepInFlight, type Operations, type SaveInput, type Subject } from '../subjects/subject.ts'
import { decodeJson, encodeJson } from './codec.ts'
import { type AgentRow, loadAgent, saveAgent } from './operations.ts'

const SAVE = v.strictObject({
  agentId: fields.id,
  name: fields.label,
  status: fields.id,
  state: v.unknown(),
  metadata: v.optional(v.unknown()),
})
const SAVE_OPTIONS = v.strictObject({ expectedVersion: v.optional(fields.version), revive: v.optional(fields.flag) })
const SECURE_DELETE_OFF = statement<unknown>('PRAGMA secure_delete = OFF')

interface Handle {
  readonly executor: Executor
  readonly namespace: string
  readonly limits: Limits
}

/**
 * Our store as it was in version 0.1, which kept no revisions: its checks, codec, statements and tables, on the engine of
 * today.
 */
export async function openBefore(path: string, durability: Durability): Promise<Subject> {
  const engine = await openEngine({ url: pathToFileURL(path).href, durability })
  await engine.write(() => queryFirst(SECURE_DELETE_OFF, []))
  const handle: Handle = { executor: engine, namespace: NAMESPACE, limits: DEFAULT_LIMITS }
  const operations: Pick<Operations, 'saveAgentState' | 'loadAgentState'> = {
    saveAgentState: (input) => saveAgentState(handle, input),
    loadAgentState: (agentId) => loadAgentState(handle, agentId),
  }
  return {
    name: 'before',
    path,
    operations,
    run: (_mode, operation, inputs, inFlight) => keepInFlight(operation, inputs, inFlight),
    close: () => engine.close(),
  }
}

async function saveAgentState(handle: Handle, input: SaveInput, options = {}): Promise<AgentState> {
  const { agentId, name, status, ...given } = parse(SAVE, 'input', input)
  parse(SAVE_OPTIONS, 'options', options)
  const metadata =
    given.metadata === undefined || given.metadata === null
      ? given.metadata
      : encodeJson(given.metadata, 'metadata', handle.limits.metadataBytes)
  const stateData = encodeJson(given.state, 'state', handle.limits.stateBytes)
  const row = { agentId, name, status, metadata, stateData }
  const saved = await handle.executor.write(() => saveAgent(handle.namespace, row))
  return { ...toSummary({ ...saved, agentId, name, status, deletedAt: null }), state: given.state as JsonValue }
}

async function loadAgentState(handle: Handle, agentId: string): Promise<AgentState | null> {
  parse(fields.id, 'agentId', agentId)
  const row = await handle.executor.read(() => loadAgent(handle.namespace, agentId))
  return row === undefined ? null : toAgentState(row)
}

async function toAgentState(row: AgentRow & { stateData: string }): Promise<AgentState> {
  const state = decodeJson(row.stateData, 'agent_states.state_data')
  return { ...toSummary(row), state }
}

function toSummary(row: AgentRow): AgentSummary {
  return {
    agentId: row.agentId,
    name: row.name,
    status: row.status,
    metadata: decodeJson(row.metadata, 'agent_states.metadata'),
    version: row.version,
    createdAt: fromTimestamp(row.createdAt),
    updatedAt: fromTimestamp(row.updatedAt),
    deletedAt: row.deletedAt === null ? null : fromTimestamp(row.deletedAt),
    parent: null,
  }
}
