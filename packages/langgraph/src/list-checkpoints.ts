import type { AgentSummary, StateStore } from '@descartes/sdk'
import { CHECKPOINTS, type Named, type Place, placeOfKey, threadPrefix } from './keys.ts'
import { isOfLife } from './lives.ts'
import { newestFirst } from './newest-first.ts'
import { type StoredCheckpoint, storedIn } from './stored-checkpoint.ts'

/** The checkpoints that a config names, newest first, with ids below `before`. */
export async function* listCheckpoints(
  store: StateStore,
  named: Named,
  before: string | undefined,
): AsyncGenerator<{ place: Place; stored: StoredCheckpoint }> {
  const checkpoints = newestFirst(store, await agentsOf(store, named))
  let next = await checkpoints.next()
  while (next.done !== true) {
    const { agent, version, checkpointId } = next.value
    const isWanted = named.checkpointId === undefined || named.checkpointId === checkpointId
    const found =
      isWanted && (before === undefined || checkpointId < before)
        ? await store.loadAgentState(agent.agentId, { version })
        : null
    const isOver = found !== null && !isOfLife(found, agent)
    if (found !== null && !isOver) yield { place: placeOfKey(agent.agentId) as Place, stored: storedIn(found) }
    next = await checkpoints.next(isOver)
  }
}

async function agentsOf(store: StateStore, { threadId, checkpointNs }: Named): Promise<AgentSummary[]> {
  const idPrefix = threadPrefix(threadId)
  const agents: AgentSummary[] = []
  let cursor: string | undefined
  do {
    const { items, nextCursor } = await store.listAgents({ idPrefix, status: CHECKPOINTS.status, cursor })
    agents.push(...items)
    cursor = nextCursor ?? undefined
  } while (cursor !== undefined)
  return agents.filter(({ agentId }) => {
    const place = placeOfKey(agentId)
    return place !== undefined && (checkpointNs === undefined || place.checkpointNs === checkpointNs)
  })
}
