import type { Page, PageOptions } from '../records.ts'
import type { StateStore } from '../state-store.ts'
import { agent, event, item } from './samples.ts'

/** Null stands for "no cursor", too, so that a `nextCursor` can be passed on as it is. */
type Options = Omit<PageOptions, 'cursor'> & { cursor?: string | null | undefined }

interface List {
  /** Gets a page of the list. */
  list(store: StateStore, page: Options): Promise<Page<unknown>>
  /** Adds an item that sorts after those added before with a smaller `i`, in the order of the list's growth. */
  add(store: StateStore, i: number): Promise<unknown>
  /** True for lists that show the newest first. */
  newestFirst?: boolean
}

const cut = ({ limit, cursor }: Options) => ({ limit, cursor: cursor ?? undefined })
const number = (i: number) => String(i).padStart(5, '0')

async function withAgent<T>(store: StateStore, work: () => Promise<T>): Promise<T> {
  if ((await store.loadAgentState('researcher')) === null) await store.saveAgentState(agent())
  return work()
}

/** Every list of the store, by name. */
export const LISTS: Readonly<Record<string, List>> = {
  listAgents: {
    list: (store, page) => store.listAgents(cut(page)),
    add: (store, i) => store.saveAgentState(agent({ agentId: `zz${number(i)}`, status: 'zz' })),
  },
  'listAgents by status': {
    list: (store, page) => store.listAgents({ ...cut(page), status: 'zz' }),
    add: (store, i) => store.saveAgentState(agent({ agentId: `zz${number(i)}`, status: 'zz' })),
  },
  'listAgents with deleted ones': {
    list: (store, page) => store.listAgents({ ...cut(page), includeDeleted: true }),
    add: (store, i) => store.saveAgentState(agent({ agentId: `zz${number(i)}`, status: 'zz' })),
  },
  'listAgents by prefix': {
    list: (store, page) => store.listAgents({ ...cut(page), idPrefix: 'zz' }),
    add: (store, i) => store.saveAgentState(agent({ agentId: `zz${number(i)}`, status: 'zz' })),
  },
  getStateHistory: {
    list: (store, page) => store.getStateHistory('researcher', cut(page)),
    add: (store, i) =>
      withAgent(store, () => store.recordStateTransition({ agentId: 'researcher', before: number(i), after: 'x' })),
    newestFirst: true,
  },
  listRevisions: {
    list: (store, page) => store.listRevisions('researcher', cut(page)),
    add: (store, i) => store.saveAgentState(agent({ state: i })),
    newestFirst: true,
  },
  listSnapshots: {
    list: (store, page) => store.listSnapshots('researcher', cut(page)),
    add: (store) => withAgent(store, () => store.createSnapshot('researcher')),
    newestFirst: true,
  },
  getEvents: {
    list: (store, page) => store.getEvents('session-1', cut(page)),
    add: (store) => store.saveEvent(event()),
  },
  getEventsByType: {
    list: (store, page) => store.getEventsByType('message', cut(page)),
    add: (store) => store.saveEvent(event()),
  },
  searchEvents: {
    list: (store, page) => store.searchEvents('fox', cut(page)),
    add: (store) => store.saveEvent(event()),
  },
  listItems: {
    list: (store, page) => store.listItems(cut(page)),
    add: (store, i) => store.saveItem(item({ key: number(i) })),
    newestFirst: true,
  },
  'listItems below a path': {
    list: (store, page) => store.listItems({ ...cut(page), pathPrefix: ['users'] }),
    add: (store, i) => store.saveItem(item({ key: number(i) })),
    newestFirst: true,
  },
  searchItems: {
    list: (store, page) => store.searchItems('fox', cut(page)),
    add: (store, i) => store.saveItem(item({ key: number(i) })),
  },
  listItemPaths: {
    list: (store, page) => store.listItemPaths(cut(page)),
    add: (store, i) => store.saveItem(item({ path: ['zz', number(i)] })),
  },
  getTasks: {
    list: (store, page) => store.getTasks(cut(page)),
    add: (store, i) => store.saveTask({ title: number(i), assignedTo: 'researcher' }),
  },
  'getTasks by status and assignee': {
    list: (store, page) => store.getTasks({ ...cut(page), status: 'pending', assignedTo: 'researcher' }),
    add: (store, i) => store.saveTask({ title: number(i), assignedTo: 'researcher' }),
  },
  listSessions: {
    list: (store, page) => store.listSessions(cut(page)),
    add: (store) => store.startSession({ agentId: 'researcher' }),
    newestFirst: true,
  },
  'listSessions by agent and status': {
    list: (store, page) => store.listSessions({ ...cut(page), agentId: 'researcher', status: 'active' }),
    add: (store) => store.startSession({ agentId: 'researcher' }),
    newestFirst: true,
  },
}
