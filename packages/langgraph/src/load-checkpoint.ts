import type { StateStore } from '@descartes/sdk'
import { checkpointsKey, type Place } from './keys.ts'
import { findAgent, isOfLife } from './lives.ts'
import { type StoredCheckpoint, storedIn } from './stored-checkpoint.ts'

/** A checkpoint of a place, by its id, or the newest; undefined when there is none, or it was deleted. */
export async function loadCheckpoint(
  store: StateStore,
  place: Place,
  checkpointId: string | undefined,
): Promise<StoredCheckpoint | undefined> {
  const agentId = checkpointsKey(place)
  if (checkpointId === undefined) {
    const newest = await store.loadAgentState(agentId)
    return newest === null ? undefined : storedIn(newest)
  }
  const [found, agent] = await Promise.all([
    store.loadAgentState(agentId, { label: checkpointId }),
    findAgent(store, place),
  ])
  if (found === null || agent === undefined || agent.deletedAt !== null) return undefined
  return isOfLife(found, agent) ? storedIn(found) : undefined
}
