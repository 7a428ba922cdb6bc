import { type StateStore, StateStoreError, type StateValue } from '@descartes/sdk'
import type { PendingWrite, SerializerProtocol } from '@langchain/langgraph-checkpoint'
import { ThreadDeletedError } from './errors.ts'
import type { JoinedWrites } from './joined-writes.ts'
import { type Place, WRITES, writesKey } from './keys.ts'
import { requireNotDeleted } from './lives.ts'
import type { RecentAgents } from './recent-agents.ts'
import { addWrites, encodeWrites, type StoredWrite, writesIn } from './stored-writes.ts'

/** The checkpoint that writes are for, and the agent that holds them. */
interface Target {
  agentId: string
  place: Place
  checkpointId: string
}

interface TaskWrites {
  writes: readonly PendingWrite[]
  taskId: string
  taskPath: string
}

interface PutWritesOptions {
  serde: SerializerProtocol
  /** Agents of writes. */
  recent: RecentAgents
  joined: JoinedWrites
}

/** Adds a task's writes to those of its checkpoint. Whoever comes between is seen, and nothing of theirs is lost. */
export async function putWrites(
  store: StateStore,
  place: Place,
  checkpointId: string,
  { writes, taskId, taskPath }: TaskWrites,
  { serde, recent, joined }: PutWritesOptions,
): Promise<void> {
  const encoded = await encodeWrites(writes, taskId, taskPath, serde)
  const target = { agentId: writesKey(place, checkpointId), place, checkpointId }
  await joined.save(target.agentId, encoded, (all) => saveWrites(store, target, all, recent))
}

async function saveWrites(
  store: StateStore,
  { agentId, place, checkpointId }: Target,
  writes: readonly StoredWrite[],
  recent: RecentAgents,
): Promise<void> {
  // The first writes of a checkpoint are most often this saver's own.
  for (let isLoaded = false; ; isLoaded = true) {
    const agent = isLoaded ? await store.loadAgentState(agentId) : (recent.get(agentId) ?? null)
    const before = writesIn(agent)
    const after = addWrites(before, writes)
    if (after === before) {
      if (isLoaded) break
      continue
    }
    const input = { agentId, ...WRITES, state: after as unknown as StateValue }
    try {
      recent.remember(await store.saveAgentState(input, { expectedVersion: agent?.version ?? 0 }))
      break
    } catch (error) {
      recent.forget(agentId)
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
