import { type Checkpoint, uuid6 } from '@langchain/langgraph-checkpoint'
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite'
import type { Keeper } from './keeper.ts'

const THREAD = 'conversation'

/** LangGraph's saver, one checkpoint a turn, as its graphs put them; without the writes that they put beside each. */
export async function openLangGraph(path: string): Promise<Keeper> {
  const saver = SqliteSaver.fromConnString(path)
  const thread = (checkpointId?: string) => ({
    configurable: { thread_id: THREAD, checkpoint_ns: '', ...(checkpointId && { checkpoint_id: checkpointId }) },
  })
  await saver.getTuple(thread()) // makes its tables
  const ids = saver.db
    .prepare('SELECT checkpoint_id FROM checkpoints WHERE thread_id = ? ORDER BY checkpoint_id')
    .pluck()
    .all(THREAD) as string[]
  return {
    async save(turn, state) {
      const values = state as Record<string, unknown>
      const checkpoint: Checkpoint = {
        v: 4,
        id: uuid6(turn),
        ts: new Date().toISOString(),
        channel_values: values,
        channel_versions: Object.fromEntries(Object.keys(values).map((channel) => [channel, turn])),
        versions_seen: {},
      }
      await saver.put(thread(ids.at(-1)), checkpoint, { source: 'loop', step: turn, parents: {} })
      ids.push(checkpoint.id)
    },
    async read(turn) {
      const tuple = await saver.getTuple(thread(ids[turn - 1]))
      return tuple?.checkpoint.channel_values
    },
    count: async () => ids.length,
    close: async () => void saver.db.close(),
  }
}
