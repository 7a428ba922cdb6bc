import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint'
import type { KeeperKind } from '../histories/keeper.ts'
import { putState, threadOf } from './put-state.ts'

const THREAD = 'conversation'

/** A saver on a place of its own, and how it is closed. */
export interface OpenedSaver {
  saver: BaseCheckpointSaver
  close(): Promise<void>
}

/**
 * Keeps a history in a saver, one checkpoint a turn, as graphs put them; without the writes that they put beside each. The
 * ids of the checkpoints are remembered here, by place: to list them, a saver would read every state.
 */
export function keepCheckpoints(open: (place: string) => Promise<OpenedSaver>): KeeperKind['open'] {
  const idsOf = new Map<string, string[]>()
  return async (place) => {
    const ids = idsOf.get(place) ?? []
    idsOf.set(place, ids)
    const { saver, close } = await open(place)
    await saver.getTuple(threadOf(THREAD)) // makes its tables
    return {
      async save(turn, state) {
        ids.push(await putState(saver, THREAD, ids.at(-1), turn, state as Record<string, unknown>))
      },
      async read(turn) {
        const tuple = await saver.getTuple(threadOf(THREAD, ids[turn - 1]))
        return tuple?.checkpoint.channel_values
      },
      count: async () => ids.length,
      close,
    }
  }
}
