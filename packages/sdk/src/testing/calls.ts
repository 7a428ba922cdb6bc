import type { StateStore } from '../state-store.ts'
import { agent, event } from './samples.ts'

/** A well-formed call of every method that reaches the database, by the method's name. */
export const CALLS = {
  initialize: (store) => store.initialize(),
  transact: (store) => store.transact(async () => 1),
  getMigrationHistory: (store) => store.getMigrationHistory(),
  saveAgentState: (store) => store.saveAgentState(agent()),
  loadAgentState: (store) => store.loadAgentState('researcher'),
  patchAgentState: (store) => store.patchAgentState('researcher', { step: 2 }),
  appendToAgentState: (store) => store.appendToAgentState('researcher', '/steps', [1]),
  forkAgent: (store) => store.forkAgent('researcher', { agentId: 'fork' }),
  purgeAgent: (store) => store.purgeAgent('researcher'),
  listRevisions: (store) => store.listRevisions('researcher'),
  diffRevisions: (store) => store.diffRevisions('researcher', 1, 1),
  blame: (store) => store.blame('researcher', '/step'),
  restoreRevision: (store) => store.restoreRevision('researcher', 1),
  pruneRevisions: (store) => store.pruneRevisions({ keepLast: 1 }),
  listAgents: (store) => store.listAgents(),
  updateAgentStatus: (store) => store.updateAgentStatus('researcher', 'x'),
  deleteAgent: (store) => store.deleteAgent('researcher'),
  recordStateTransition: (store) => store.recordStateTransition({ agentId: 'researcher', before: 'a', after: 'b' }),
  getStateHistory: (store) => store.getStateHistory('researcher'),
  createSnapshot: (store) => store.createSnapshot('researcher'),
  restoreSnapshot: (store) => store.restoreSnapshot('snapshot'),
  listSnapshots: (store) => store.listSnapshots('researcher'),
  deleteSnapshot: (store) => store.deleteSnapshot('snapshot'),
  deleteExpiredSnapshots: (store) => store.deleteExpiredSnapshots(),
  saveEvent: (store) => store.saveEvent(event()),
  saveEvents: (store) => store.saveEvents([event()]),
  getEvents: (store) => store.getEvents('session-1'),
  getEventsByType: (store) => store.getEventsByType('message'),
  searchEvents: (store) => store.searchEvents('fox'),
  saveItem: (store) => store.saveItem({ path: ['users'], key: 'k', value: 1 }),
  saveItems: (store) => store.saveItems([{ path: ['users'], key: 'k', value: 1 }]),
  getItem: (store) => store.getItem(['users'], 'k'),
  deleteItem: (store) => store.deleteItem(['users'], 'k'),
  listItems: (store) => store.listItems(),
  searchItems: (store) => store.searchItems('fox'),
  listItemPaths: (store) => store.listItemPaths(),
  refreshItems: (store) => store.refreshItems([{ path: ['users'], key: 'k' }]),
  deleteExpiredItems: (store) => store.deleteExpiredItems(),
  saveTask: (store) => store.saveTask({ title: 'A' }),
  getTask: (store) => store.getTask('t1'),
  getTasks: (store) => store.getTasks(),
  startSession: (store) => store.startSession({ agentId: 'researcher' }),
  endSession: (store) => store.endSession('session-1'),
  getSession: (store) => store.getSession('session-1'),
  listSessions: (store) => store.listSessions(),
} satisfies Record<Exclude<keyof StateStore, NotACall>, (store: StateStore) => Promise<unknown>>

type NotACall =
  | 'namespace'
  | 'limits'
  | 'prisma'
  | 'withNamespace'
  | 'withoutSchema'
  | 'stats'
  | 'close'
  | typeof Symbol.asyncDispose
