import type { DescartesSaver } from '@descartes/langgraph'
import type { RunnableConfig } from '@langchain/core/runnables'
import { type CheckpointMetadata, type CheckpointTuple, emptyCheckpoint, uuid6 } from '@langchain/langgraph-checkpoint'

export const thread = (thread_id: string, checkpoint_ns = ''): RunnableConfig => ({
  configurable: { thread_id, checkpoint_ns },
})

interface Given {
  values?: Record<string, unknown>
  metadata?: object
  id?: string
}

/** Puts a checkpoint as a graph does, in which all channels are new; the config that names it. */
export function put(saver: DescartesSaver, config: RunnableConfig, given: Given = {}): Promise<RunnableConfig> {
  const { values = {}, metadata = {}, id = uuid6(0) } = given
  const channel_versions = Object.fromEntries(Object.keys(values).map((channel) => [channel, 1]))
  const checkpoint = { ...emptyCheckpoint(), id, channel_values: values, channel_versions }
  const whole = { source: 'loop', step: 0, parents: {}, ...metadata } as CheckpointMetadata
  return saver.put(config, checkpoint, whole, channel_versions)
}

/** Puts the next checkpoint of channels none of which has changed. */
export function putUnchanged(
  saver: DescartesSaver,
  config: RunnableConfig,
  channel_versions: Record<string, number>,
): Promise<RunnableConfig> {
  const next = { ...emptyCheckpoint(), id: uuid6(0), channel_values: {}, channel_versions }
  return saver.put(config, next, { source: 'loop', step: 1, parents: {} }, {})
}

/** Puts so many checkpoints, each on the one before; their ids. */
export async function putChain(saver: DescartesSaver, config: RunnableConfig, length: number): Promise<string[]> {
  const ids: string[] = []
  let parent = config
  for (let i = 0; i < length; i++) {
    parent = await put(saver, parent, { values: { i } })
    ids.push(idOf(parent))
  }
  return ids
}

export const idOf = (config: RunnableConfig | undefined): string => String(config?.configurable?.checkpoint_id)

export async function listed(list: AsyncGenerator<CheckpointTuple>): Promise<string[]> {
  const ids: string[] = []
  for await (const { config } of list) ids.push(idOf(config))
  return ids
}
