import type { RunnableConfig } from '@langchain/core/runnables'
import { type BaseCheckpointSaver, type Checkpoint, uuid6 } from '@langchain/langgraph-checkpoint'

/** Names a thread, and a checkpoint of it if one is given. */
export function threadOf(threadId: string, checkpointId?: string): RunnableConfig {
  return {
    configurable: { thread_id: threadId, checkpoint_ns: '', ...(checkpointId && { checkpoint_id: checkpointId }) },
  }
}

/** Puts a checkpoint as a graph does after step `step`: every channel has changed. Gives its id. */
export async function putState(
  saver: BaseCheckpointSaver,
  threadId: string,
  parentId: string | undefined,
  step: number,
  channels: Record<string, unknown>,
): Promise<string> {
  const versions = Object.fromEntries(Object.keys(channels).map((channel) => [channel, step]))
  const checkpoint: Checkpoint = {
    v: 4,
    id: uuid6(step),
    ts: new Date().toISOString(),
    channel_values: channels,
    channel_versions: versions,
    versions_seen: {},
  }
  await saver.put(threadOf(threadId, parentId), checkpoint, { source: 'loop', step, parents: {} }, versions)
  return checkpoint.id
}
