import * as operations from '@descartes/store'
import * as v from 'valibot'
import { writeAgentState } from './agents.ts'
import * as fields from './fields.ts'
import type { Handle } from './handle.ts'
import { parse } from './parse.ts'
import type { AgentState, ForkAgentOptions } from './records.ts'

const FORK = v.strictObject({ agentId: fields.id, version: v.optional(fields.integer(1)) })

export async function forkAgent<S>(
  handle: Handle<S>,
  parentAgentId: string,
  options: ForkAgentOptions,
): Promise<AgentState<S>> {
  parse(fields.id, 'agentId', parentAgentId)
  const { agentId, version } = parse(FORK, 'options', options)
  const input = { parentAgentId, agentId, version, schemaVersion: handle.schemaVersion }
  return writeAgentState(handle, () => operations.forkAgent(handle.namespace, input))
}
