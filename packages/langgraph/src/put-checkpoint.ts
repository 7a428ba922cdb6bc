import { isDeepStrictEqual } from 'node:util'
import { type AgentState, type AgentSummary, type StateStore, StateStoreError, type StateValue } from '@descartes/sdk'
import type { SerializerProtocol } from '@langchain/langgraph-checkpoint'
import { ForkRefusedError, ThreadDeletedError } from './errors.ts'
import { CHECKPOINTS, checkpointsKey, type Place } from './keys.ts'
import { findAgent, lifeFrom, requireLife, requireNotDeleted } from './lives.ts'
import type { RecentAgents } from './recent-agents.ts'
import { encodeCheckpoint, type NewCheckpoint, storedIn } from './stored-checkpoint.ts'

export interface PutOptions {
  forks: 'allow' | 'refuse'
  serde: SerializerProtocol
  /** Agents of checkpoints. */
  recent: RecentAgents
}

/** Stores a checkpoint as the next version of its place's agent. Whoever comes between is seen, and looked at anew. */
export async function putCheckpoint(
  store: StateStore,
  place: Place,
  put: NewCheckpoint,
  options: PutOptions,
): Promise<void> {
  const { recent } = options
  const agentId = checkpointsKey(place)
  // A run that goes on from nothing is most often a new thread's.
  let isNew = put.parentId === undefined
  for (;;) {
    try {
      const newest = isNew ? null : (recentAt(recent, agentId, put.parentId) ?? (await store.loadAgentState(agentId)))
      const saved =
        newest === null
          ? await putFirst(store, place, put, isNew, options)
          : await putNext(store, place, put, newest, options)
      return recent.remember(withWhatIsCarriedOver(saved))
    } catch (error) {
      recent.forget(agentId)
      isNew = false
      if (!(error instanceof StateStoreError)) throw error
      const isNewRace =
        error.code === 'VERSION_CONFLICT' || (error.code === 'AGENT_DELETED' && put.parentId === undefined)
      if (error.code === 'AGENT_DELETED' && put.parentId !== undefined) throw deleted(place, put.parentId)
      if (!isNewRace) throw error
    }
  }
}

/** Of a checkpoint, its id and its values: what the next one is made with. All else in it is LangGraph's own object. */
function withWhatIsCarriedOver(agent: AgentState): AgentState {
  const { checkpoint, values } = storedIn(agent)
  return { ...agent, state: { checkpoint: { id: checkpoint.id }, values } as unknown as StateValue }
}

/** The agent as this saver has left it, if that was at the checkpoint that is gone on from. */
function recentAt(recent: RecentAgents, agentId: string, parentId: string | undefined): AgentState | undefined {
  const agent = recent.get(agentId)
  return agent !== undefined && storedIn(agent).checkpoint.id === parentId ? agent : undefined
}

async function putNext(
  store: StateStore,
  place: Place,
  put: NewCheckpoint,
  newest: AgentState,
  { forks, serde }: PutOptions,
): Promise<AgentState> {
  const { checkpoint, parentId } = put
  const newestId = storedIn(newest).checkpoint.id
  if (forks === 'refuse' && parentId !== newestId && checkpoint.id !== newestId)
    throw new ForkRefusedError(place.threadId, place.checkpointNs, parentId, newestId)
  if (parentId === undefined) await requireLiveGraph(store, place, put)
  const load = (id: string | undefined) => loadBase(store, place, newest, id)
  const parent = await load(parentId)
  const self = parentId === newestId ? undefined : await load(checkpoint.id)
  const bases = [self, parent].filter((base) => base !== undefined).map(storedIn)
  const isParentKnown = parentId === undefined || parent !== undefined
  const state = (await encodeCheckpoint(put, bases, isParentKnown, serde)) as unknown as StateValue
  // Put again, as after an answer that was lost; others have gone on from it since.
  if (self !== undefined && self !== newest && isDeepStrictEqual(self.state, state)) return newest
  const input = { agentId: newest.agentId, ...CHECKPOINTS, state }
  return store.saveAgentState(input, { label: checkpoint.id, expectedVersion: newest.version })
}

/** The first checkpoint of a place, or of its new life. */
async function putFirst(
  store: StateStore,
  place: Place,
  put: NewCheckpoint,
  isNew: boolean,
  { serde }: PutOptions,
): Promise<AgentState> {
  const { checkpoint, parentId } = put
  const state = (await encodeCheckpoint(put, [], parentId === undefined, serde)) as unknown as StateValue
  const input = { agentId: checkpointsKey(place), ...CHECKPOINTS, state }
  const label = checkpoint.id
  const save = async (executor: StateStore) => {
    const agent = await findAgent(executor, place)
    if (agent !== undefined && agent.deletedAt !== null && parentId !== undefined) throw deleted(place, parentId)
    await requireLiveGraph(executor, place, put)
    // One that lives by now was put by another run: that is a conflict.
    const expectedVersion = agent === undefined || agent.deletedAt === null ? 0 : agent.version
    return executor.saveAgentState(revived(input, agent), { label, expectedVersion, revive: true })
  }
  // A subgraph's is saved together with the look at the graph that it is part of.
  if (place.checkpointNs !== '') return store.transact(save)
  return isNew ? store.saveAgentState(input, { label, expectedVersion: 0 }) : save(store)
}

function revived<T extends object>(input: T, agent: AgentSummary | undefined): T {
  return agent === undefined ? input : { ...input, metadata: lifeFrom(agent.version + 1) }
}

/** A version that the next one may take values from, if it is there. */
async function loadBase(
  store: StateStore,
  place: Place,
  newest: AgentState,
  checkpointId: string | undefined,
): Promise<AgentState | undefined> {
  if (checkpointId === undefined) return undefined
  if (storedIn(newest).checkpoint.id === checkpointId) return newest
  const found = await store.loadAgentState(newest.agentId, { label: checkpointId })
  if (found === null) return undefined
  requireLife(place, found, checkpointId, newest)
  return found
}

/** Refuses the first checkpoint of a subgraph when the graph's own, which it belongs to, was deleted. */
async function requireLiveGraph(store: StateStore, place: Place, { metadata }: NewCheckpoint): Promise<void> {
  const graphId = metadata?.parents?.['']
  if (place.checkpointNs !== '' && graphId !== undefined)
    await requireNotDeleted(store, { threadId: place.threadId, checkpointNs: '' }, graphId)
}

function deleted(place: Place, parentId: string): ThreadDeletedError {
  return new ThreadDeletedError(place.threadId, place.checkpointNs, parentId)
}
