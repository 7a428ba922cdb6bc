import { isDeepStrictEqual } from 'node:util'
import type { AgentState, AgentSummary, StateStore } from '@descartes/sdk'
import { ThreadDeletedError } from './errors.ts'
import { checkpointsKey, type Place } from './keys.ts'

/*
 * A deleted thread's id can be used again. Its agent is revived then, and the history goes on, with the checkpoints of the
 * life before still in it: they are told by the agent's metadata, which are another in each life.
 */

/** The metadata of an agent that is revived at a version. */
export function lifeFrom(version: number): { life: number } {
  return { life: version }
}

/** Whether a version of an agent is of the same life as another. */
export function isOfLife(version: Pick<AgentSummary, 'metadata'>, life: Pick<AgentSummary, 'metadata'>): boolean {
  return isDeepStrictEqual(version.metadata, life.metadata)
}

/** The agent that holds the checkpoints of a place, without its state; also when it is deleted. */
export async function findAgent(store: StateStore, place: Place): Promise<AgentSummary | undefined> {
  const { items } = await store.listAgents({ idPrefix: checkpointsKey(place), includeDeleted: true, limit: 1 })
  return items[0]
}

/** Refuses what goes on from a checkpoint that was deleted. One that is not there yet is still to be put. */
export async function requireNotDeleted(store: StateStore, place: Place, checkpointId: string): Promise<void> {
  const agent = await findAgent(store, place)
  if (agent === undefined || (agent.deletedAt === null && agent.metadata === null)) return
  const found = await store.loadAgentState(agent.agentId, { label: checkpointId })
  if (found === null) return
  // Looked at again: a new run may have put it since.
  const present = await findAgent(store, place)
  if (present !== undefined) requireLife(place, found, checkpointId, present)
}

/** Refuses a checkpoint of a life that is over. */
export function requireLife(place: Place, found: AgentState, checkpointId: string, agent: AgentSummary): void {
  if (agent.deletedAt !== null || !isOfLife(found, agent))
    throw new ThreadDeletedError(place.threadId, place.checkpointNs, checkpointId)
}
