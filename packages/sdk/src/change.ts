import * as operations from '@descartes/store'
import { type AgentRow, InvalidInputError, requireLive, requireVersion } from '@descartes/store'
import * as v from 'valibot'
import { toSummary } from './agents.ts'
import { decodeJson, encodeJson } from './codec.ts'
import { describe } from './describe.ts'
import * as fields from './fields.ts'
import type { Handle } from './handle.ts'
import { isArray } from './is-array.ts'
import { compileAppend } from './json-patch/append.ts'
import { type Change, compilePatch } from './json-patch/apply-patch.ts'
import { compileMergePatch, type MergePatch } from './json-patch/merge-patch.ts'
import type { JsonPatch } from './json-patch/operations.ts'
import { parse } from './parse.ts'
import type { AgentSummary, ChangeAgentOptions } from './records.ts'
import { liftState, storesAsIs, validateState } from './schema.ts'

const OPTIONS = v.strictObject({ expectedVersion: v.optional(fields.version) })

export async function patchAgentState(
  handle: Handle<unknown>,
  agentId: string,
  patch: JsonPatch | MergePatch,
  options?: ChangeAgentOptions,
): Promise<AgentSummary> {
  const { stateBytes } = handle.limits
  if (typeof patch !== 'object' || patch === null)
    throw new InvalidInputError('patch', 'a JSON Patch (an array) or a merge patch (an object)', describe(patch))
  const change = isArray(patch, 'patch') ? compilePatch(patch, stateBytes) : compileMergePatch(patch, stateBytes)
  return changeAgent(handle, agentId, change, options)
}

export async function appendToAgentState(
  handle: Handle<unknown>,
  agentId: string,
  pointer: string,
  items: readonly unknown[],
  options?: ChangeAgentOptions,
): Promise<AgentSummary> {
  return changeAgent(handle, agentId, compileAppend(pointer, items, handle.limits.stateBytes), options)
}

/** Changes the text where it is stored; it is read as a value only where a schema or an upcaster has to see it. */
async function changeAgent(
  handle: Handle<unknown>,
  agentId: string,
  change: Change,
  options: ChangeAgentOptions = {},
): Promise<AgentSummary> {
  parse(fields.id, 'agentId', agentId)
  const { expectedVersion } = parse(OPTIONS, 'options', options)
  const input = { agentId, expectedVersion, schemaVersion: handle.schemaVersion, change }
  if (storesAsIs(handle))
    return toSummary(await handle.executor.write(() => operations.changeAgent(handle.namespace, input)))
  return handle.executor.transact(async (executor) => {
    const head = requireLive(agentId, await executor.read(() => operations.findAgent(handle.namespace, agentId)))
    requireVersion(agentId, expectedVersion, head.version)
    const row = (await executor.read(() => operations.loadAgent(handle.namespace, agentId))) as AgentRow
    const changed = await changeLifted(handle, row, change)
    return toSummary(
      await executor.write(() => operations.changeAgent(handle.namespace, { ...input, change: () => changed })),
    )
  })
}

async function changeLifted(handle: Handle<unknown>, row: AgentRow, change: Change): Promise<string> {
  const { stateBytes } = handle.limits
  const lifted = await liftState(
    handle,
    row.agentId,
    decodeJson(row.stateData, 'agent_states.state_data'),
    row.schemaVersion,
  )
  const changed = change(encodeJson(lifted, 'state', stateBytes))
  if (handle.schema === undefined) return changed
  return encodeJson(await validateState(handle.schema, decodeJson(changed, 'state')), 'state', stateBytes)
}
