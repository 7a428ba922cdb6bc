import type { JsonValue } from '@descartes/sdk'
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint'
import type { Stored } from '../operations/kept.ts'
import type { Operations } from '../subjects/subject.ts'
import { putState, threadOf } from './put-state.ts'

/**
 * A checkpoint saver: a thread for each agent, a checkpoint for each version, and the state in one channel, for each more
 * would be a statement more on PostgreSQL. As in a running graph, the checkpoint before is known and not read.
 */
export function saverOperations(saver: BaseCheckpointSaver): Partial<Operations> {
  const newest = new Map<string, { id: string; version: number }>()
  return {
    async saveAgentState({ agentId, state }) {
      const before = newest.get(agentId)
      const version = (before?.version ?? 0) + 1
      newest.set(agentId, { id: await putState(saver, agentId, before?.id, version, { state }), version })
      return { agentId, version, state: state as JsonValue, updatedAt: new Date() }
    },
    // What else our agents have, checkpoints do not.
    loadAgentState: ((agentId) => loadState(saver, agentId)) as Operations['loadAgentState'],
  }
}

/** The newest checkpoint of an agent's thread. */
export async function loadState(saver: BaseCheckpointSaver, agentId: string): Promise<Stored> {
  const { channel_values, channel_versions } = (await saver.getTuple(threadOf(agentId)))?.checkpoint ?? {}
  return { agentId, version: Number(channel_versions?.state), state: channel_values?.state }
}
