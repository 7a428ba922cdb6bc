import type { ReadOptions } from '../records.ts'
import type { StateStore } from '../state-store.ts'
import { agent, event, item } from './samples.ts'

/** Every read of the store, of what `fillStore` has saved. */
export const READS: Readonly<Record<string, (store: StateStore, options?: ReadOptions) => Promise<unknown>>> = {
  loadAgentState: (store, options) => store.loadAgentState('researcher', options),
  'loadAgentState of a version': (store, options) => store.loadAgentState('researcher', { version: 3, ...options }),
  'loadAgentState at a moment': (store, options) =>
    store.loadAgentState('researcher', { at: new Date(Date.now() + 1000), ...options }),
  listAgents: (store, options) => store.listAgents(options),
  listRevisions: (store, options) => store.listRevisions('researcher', options),
  diffRevisions: (store, options) => store.diffRevisions('researcher', 1, 2, options),
  blame: (store, options) => store.blame('researcher', '/step', options),
  getStateHistory: (store, options) => store.getStateHistory('researcher', options),
  listSnapshots: (store, options) => store.listSnapshots('researcher', options),
  getEvents: (store, options) => store.getEvents('session-1', options),
  getEventsByType: (store, options) => store.getEventsByType('message', options),
  searchEvents: (store, options) => store.searchEvents('fox', options),
  getItem: (store, options) => store.getItem(['users', '123'], 'likes', options),
  listItems: (store, options) => store.listItems(options),
  searchItems: (store, options) => store.searchItems('fox', options),
  listItemPaths: (store, options) => store.listItemPaths(options),
  getTask: (store, options) => store.getTask('t1', options),
  getTasks: (store, options) => store.getTasks(options),
  getSession: (store, options) => store.getSession('session-1', options),
  listSessions: (store, options) => store.listSessions(options),
}

/** Saves something for every read to find. */
export async function fillStore(store: StateStore): Promise<void> {
  await store.saveAgentState(agent())
  await store.startSession({ id: 'session-1', agentId: 'researcher' })
  await saveMore(store, 2)
}

/** Changes what every read finds, but for the comparison of two versions, which stays. */
export async function saveMore(store: StateStore, step: number): Promise<void> {
  await store.saveAgentState(agent({ state: { step } }))
  await store.recordStateTransition({ agentId: 'researcher', before: 'a', after: `${step}` })
  await store.createSnapshot('researcher')
  await store.saveEvent(event({ id: `e${step}` }))
  await store.saveItem(item({ value: step }))
  await store.saveItem(item({ path: [`${step}`] }))
  await store.saveTask({ id: 't1', title: `${step}` })
  if (step > 2) await store.endSession('session-1')
}
