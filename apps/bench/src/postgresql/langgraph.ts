import type { JsonValue } from '@descartes/sdk'
import { type Checkpoint, uuid6 } from '@langchain/langgraph-checkpoint'
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import { keepInFlight, type Operations } from '../subjects/subject.ts'
import { openPool, POOL_SIZE, type PostgresqlSubject } from './subject.ts'

/**
 * LangGraph's saver: a thread for each agent, a checkpoint for each version, and the state in one channel, for each more
 * would be a statement more. As in a running graph, the checkpoint before is known and not read.
 */
export async function openLangGraph(url: string): Promise<PostgresqlSubject> {
  const pool = openPool(url)
  const saver = new PostgresSaver(pool)
  await saver.setup()
  const newest = new Map<string, { id: string; version: number }>()

  async function save(agentId: string, state: JsonValue) {
    const before = newest.get(agentId)
    const version = (before?.version ?? 0) + 1
    const checkpoint: Checkpoint = {
      v: 4,
      id: uuid6(version),
      ts: new Date().toISOString(),
      channel_values: { state },
      channel_versions: { state: version },
      versions_seen: {},
    }
    const config = {
      configurable: { thread_id: agentId, checkpoint_ns: '', ...(before && { checkpoint_id: before.id }) },
    }
    await saver.put(config, checkpoint, { source: 'loop', step: version, parents: {} }, { state: version })
    newest.set(agentId, { id: checkpoint.id, version })
    return version
  }

  async function load(agentId: string) {
    const tuple = await saver.getTuple({ configurable: { thread_id: agentId, checkpoint_ns: '' } })
    const { channel_values, channel_versions } = tuple?.checkpoint ?? {}
    return { agentId, version: Number(channel_versions?.state), state: channel_values?.state as JsonValue }
  }

  const operations: Partial<Operations> = {
    async saveAgentState({ agentId, state }) {
      const version = await save(agentId, state as JsonValue)
      return { agentId, version, state: state as JsonValue, updatedAt: new Date() }
    },
    // What else our agents have, checkpoints do not.
    loadAgentState: load as Operations['loadAgentState'],
  }
  return {
    name: 'langgraph',
    operations,
    run: (_mode, operation, inputs, inFlight) => keepInFlight(operation, inputs, inFlight),
    stored: (agentIds) => keepInFlight(load, agentIds, POOL_SIZE),
    rows: undefined,
    close: () => saver.end(),
  }
}
