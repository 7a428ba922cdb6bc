import type { Executor } from '@descartes/store'
import * as operations from '@descartes/store'
import * as v from 'valibot'
import { toAgentState } from './agents.ts'
import * as fields from './fields.ts'
import type { Handle } from './handle.ts'
import { parse } from './parse.ts'
import type { AgentState, ForkAgentOptions } from './records.ts'
import { storesAsIs } from './schema.ts'

const FORK = v.strictObject({ agentId: fields.id, version: v.optional(fields.integer(1)) })

export async function forkAgent<S>(
  handle: Handle<S>,
  parentAgentId: string,
  options: ForkAgentOptions,
): Promise<AgentState<S>> {
  parse(fields.id, 'agentId', parentAgentId)
  const { agentId, version } = parse(FORK, 'options', options)
  const input = { parentAgentId, agentId, version, schemaVersion: handle.schemaVersion }
  const fork = async (executor: Executor) =>
    toAgentState(handle, await executor.write(() => operations.forkAgent(handle.namespace, input)))
  // What the schema refuses must not stay: no load could read it.
  return storesAsIs(handle) ? fork(handle.executor) : handle.executor.transact(fork)
}
