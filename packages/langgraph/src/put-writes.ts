import { type StateStore, StateStoreError, type StateValue } from '@descartes/sdk'
import type { PendingWrite, SerializerProtocol } from '@langchain/langgraph-checkpoint'
import { ThreadDeletedError } from './errors.ts'
import { type Place, WRITES, writesKey } from './keys.ts'
import { requireNotDeleted } from './lives.ts'
import { addWrites, encodeWrites, writesIn } from './stored-writes.ts'

interface TaskWrites {
  writes: readonly PendingWrite[]
  taskId: string
  taskPath: string
  serde: SerializerProtocol
}

/** Adds a task's writes to those of its checkpoint. Whoever comes between is seen, and nothing of theirs is lost. */
export async function putWrites(
  store: StateStore,
  place: Place,
  checkpointId: string,
  { writes, taskId, taskPath, serde }: TaskWrites,
): Promise<void> {
  const agentId = writesKey(place, checkpointId)
  const encoded = await encodeWrites(writes, taskId, taskPath, serde)
  for (;;) {
    const agent = await store.loadAgentState(agentId)
    const before = writesIn(agent)
    const after = addWrites(before, encoded)
    if (after === before) break
    const input = { agentId, ...WRITES, state: after as unknown as StateValue }
    try {
      await store.saveAgentState(input, { expectedVersion: agent?.version ?? 0 })
      break
    } catch (error) {
      if (!(error instanceof StateStoreError)) throw error
      if (error.code === 'AGENT_DELETED') throw new ThreadDeletedError(place.threadId, place.checkpointNs, checkpointId)
      if (error.code !== 'VERSION_CONFLICT') throw error
    }
  }
  // After the save: whoever deletes the thread marks its checkpoints first, so that one of the two sees the other.
  try {
    await requireNotDeleted(store, place, checkpointId)
  } catch (error) {
    if (error instanceof ThreadDeletedError) await store.deleteAgent(agentId)
    throw error
  }
}
