import { execute, type Operation, statement } from '../../src/operation.ts'
import * as operations from '../../src/operations.ts'
import { agent, event } from '../samples.ts'

const NAMESPACE = 'default'
const PAGE = { limit: 5 }
const NOW = '2026-01-01T00:00:00.000+00:00'
const LATER = '2999-01-01T00:00:00.000+00:00'

const EVER = Number.MAX_SAFE_INTEGER
const NO_RULE = { keepLast: undefined, olderThan: undefined, keepEvery: undefined }
const KNOWN = { expectedVersion: undefined, schemaVersion: 1 }

type Run = () => Operation<unknown>

/** Makes an agent of somebody else's hand: what is in it is in no revision. */
const CHANGE_PAST_THE_STORE = statement('UPDATE agent_states SET name = ? WHERE namespace = ? AND agent_id = ?')

function* afterAChangePastTheStore(operation: Run): Operation<unknown> {
  yield* execute(CHANGE_PAST_THE_STORE, ['Changed', NAMESPACE, 'agent 0'])
  return yield* operation()
}

/** Runs an operation that removes some at a time until it has removed all. */
function* untilDone(operation: () => Operation<object | undefined>): Operation<void> {
  for (;;) {
    const done = yield* operation()
    if (done === undefined || ('revisions' in done && done.revisions === 0)) return
  }
}

/** All that can be left out or given, in every combination. */
function combinations<A, B>(first: A, second: B): [A | undefined, B | undefined][] {
  return [undefined, first].flatMap((a) => [undefined, second].map((b): [A | undefined, B | undefined] => [a, b]))
}

const snapshot = (id: string) => () =>
  operations.createSnapshot(NAMESPACE, { id, agentId: 'agent 0', description: null, expiresAt: null })

const item = (key: string, ttlMs: number | null = null) => ({ path: '["user"]', key, value: '1', text: 'cat', ttlMs })
const PREFIX = { prefix: ['user'], ...PAGE }

const task = {
  id: 'task 1',
  title: 'Read',
  description: undefined,
  status: undefined,
  assignedTo: undefined,
  metadata: undefined,
} as const

/** Every operation of the store, with every statement that it may run. Refusals that it meets on the way are its own affair. */
export const EVERY_OPERATION: Readonly<Record<keyof typeof operations, Run[]>> = {
  saveAgent: [
    () => operations.saveAgent(NAMESPACE, agent('agent 1')),
    () => operations.saveAgent(NAMESPACE, agent('agent 1', { metadata: '{}' })),
    () => operations.saveAgent(NAMESPACE, agent('agent 1', { expectedVersion: 1 })),
    () => operations.saveAgent(NAMESPACE, agent('agent 1', { label: 'a word' })),
    () => operations.saveAgent(NAMESPACE, agent('agent deleted')),
    () => operations.saveAgent(NAMESPACE, agent('agent deleted', { revive: true })),
    () => operations.saveAgent(NAMESPACE, agent('agent deleted', { revive: true, metadata: '{}' })),
    () => afterAChangePastTheStore(() => operations.saveAgent(NAMESPACE, agent('agent 0'))),
  ],
  changeAgent: [
    () => operations.changeAgent(NAMESPACE, { ...KNOWN, agentId: 'agent 0', change: (text) => `${text} ` }),
  ],
  forkAgent: [undefined, 1, 3].flatMap((version) => {
    const fork = () =>
      operations.forkAgent(NAMESPACE, { parentAgentId: 'agent 0', version, agentId: 'new', schemaVersion: 1 })
    return [fork, () => afterAChangePastTheStore(fork)]
  }),
  findAgent: [() => operations.findAgent(NAMESPACE, 'agent 1')],
  nextAgent: [() => operations.nextAgent(NAMESPACE, 'agent 1')],
  purgeAgent: ['agent 0', 'researcher'].map(
    (agentId) => () => untilDone(() => operations.purgeAgent(NAMESPACE, agentId)),
  ),
  listRevisions: [() => operations.listRevisions(NAMESPACE, { agentId: 'agent 0', before: EVER, ...PAGE })],
  loadRevision: [
    ...[EVER, 20, 2].map((version) => () => operations.loadRevision(NAMESPACE, 'agent 0', version)),
    ...[2, 11].map((version) => () => operations.loadRevision(NAMESPACE, 'agent grown', version)),
  ],
  loadLabelled: [() => operations.loadLabelled(NAMESPACE, 'agent 0', 'labelled')],
  loadRevisionAt: [NOW, LATER].map((moment) => () => operations.loadRevisionAt(NAMESPACE, 'agent 0', moment)),
  scanRevisions: [
    () => operations.scanRevisions(NAMESPACE, 'agent 0', { newest: EVER, limit: 5 }, (stateData) => stateData),
  ],
  restoreRevision: [() => operations.restoreRevision(NAMESPACE, { ...KNOWN, agentId: 'agent 0', version: 2 })],
  countPrunable: [() => operations.countPrunable(NAMESPACE, 'agent 0', { ...NO_RULE, keepEvery: 3 })],
  newestPrunable: [() => operations.newestPrunable(NAMESPACE, 'agent 0', { ...NO_RULE, keepLast: 2 })],
  pruneRevisions: [
    { ...NO_RULE, keepEvery: 3 },
    { ...NO_RULE, keepLast: 2 },
  ].map((rule) => () => untilDone(() => operations.pruneRevisions(NAMESPACE, 'agent 0', rule))),
  eventsOfMoment: [() => operations.eventsOfMoment(NAMESPACE, 'agent 0', NOW, LATER)],
  loadAgent: [() => operations.loadAgent(NAMESPACE, 'agent 1')],
  listAgents: combinations('running', true).flatMap(([status, includeDeleted = false]) =>
    [undefined, 'agent'].map(
      (idPrefix) => () =>
        operations.listAgents(NAMESPACE, { status, includeDeleted, idPrefix, after: 'agent 1', ...PAGE }),
    ),
  ),
  updateAgentStatus: ['agent 1', 'agent 0'].map(
    (agentId) => () =>
      operations.updateAgentStatus(NAMESPACE, {
        agentId,
        status: 'idle',
        reason: null,
        expectedVersion: undefined,
        transitionId: 'new',
      }),
  ),
  deleteAgent: [() => operations.deleteAgent(NAMESPACE, 'agent 2')],
  recordTransition: [
    () =>
      operations.recordTransition(NAMESPACE, {
        id: 'newer',
        agentId: 'agent 0',
        before: 'a',
        after: 'b',
        reason: null,
        metadata: null,
      }),
  ],
  listTransitions: [() => operations.listTransitions(NAMESPACE, { agentId: 'agent 0', before: 100, ...PAGE })],
  createSnapshot: [snapshot('new'), () => afterAChangePastTheStore(snapshot('newer'))],
  restoreSnapshot: [() => operations.restoreSnapshot(NAMESPACE, { snapshotId: 'snapshot 1', schemaVersion: 1 })],
  listSnapshots: [
    () => operations.listSnapshots(NAMESPACE, { agentId: 'agent 0', before: undefined, ...PAGE }),
    () => operations.listSnapshots(NAMESPACE, { agentId: 'agent 0', before: { createdAt: NOW, id: 'x' }, ...PAGE }),
  ],
  deleteSnapshot: [() => operations.deleteSnapshot(NAMESPACE, 'snapshot 2')],
  deleteExpiredSnapshots: [() => operations.deleteExpiredSnapshots(NAMESPACE, 10)],
  saveEvents: [() => operations.saveEvents(NAMESPACE, [event('new'), event('event 1', { mayExist: true })])],
  listSessionEvents: [() => operations.listSessionEvents(NAMESPACE, 'session', { after: 3, ...PAGE })],
  listEventsByType: [() => operations.listEventsByType(NAMESPACE, 'message', { after: 3, ...PAGE })],
  searchEvents: combinations('session', 'message').map(
    ([sessionId, eventType]) =>
      () =>
        operations.searchEvents(NAMESPACE, { terms: ['cat'], sessionId, eventType, position: undefined, ...PAGE }),
  ),
  saveItem: [
    () => operations.saveItem(NAMESPACE, item('item 1')),
    () => operations.saveItem(NAMESPACE, item('new', 1000)),
  ],
  saveItems: [() => operations.saveItems(NAMESPACE, [item('item 1'), item('other', 1000)])],
  loadItem: [() => operations.loadItem(NAMESPACE, '["user"]', 'item 1')],
  deleteItem: [() => operations.deleteItem(NAMESPACE, '["user"]', 'item 1')],
  deleteExpiredItems: [() => operations.deleteExpiredItems(NAMESPACE, 10)],
  refreshItems: [() => operations.refreshItems(NAMESPACE, [{ path: '["user"]', key: 'item 45' }])],
  listItems: [() => operations.listItems(NAMESPACE, { ...PREFIX, before: EVER })],
  listItemPaths: ['', '["user"]'].map((after) => () => operations.listItemPaths(NAMESPACE, { ...PREFIX, after })),
  searchItems: [undefined, { ranked: [1], upTo: null }].map(
    (position) => () => operations.searchItems(NAMESPACE, { ...PREFIX, terms: ['cat'], position }),
  ),
  saveTask: [() => operations.saveTask(NAMESPACE, task)],
  loadTask: [() => operations.loadTask(NAMESPACE, 'task 1')],
  listTasks: combinations('pending' as const, 'agent 1').map(
    ([status, assignedTo]) =>
      () =>
        operations.listTasks(NAMESPACE, { status, assignedTo, after: { createdAt: NOW, id: 'x' }, ...PAGE }),
  ),
  startSession: [() => operations.startSession(NAMESPACE, { id: 'new', agentId: 'agent 1', metadata: null })],
  endSession: [
    () => operations.endSession(NAMESPACE, 'session 1', 'completed'),
    () => operations.endSession(NAMESPACE, 'session 1', 'failed'),
  ],
  loadSession: [() => operations.loadSession(NAMESPACE, 'session 1')],
  listSessions: combinations('agent 1', 'active' as const).flatMap(([agentId, status]) => [
    () => operations.listSessions(NAMESPACE, { agentId, status, before: undefined, ...PAGE }),
    () => operations.listSessions(NAMESPACE, { agentId, status, before: { startedAt: NOW, id: 'x' }, ...PAGE }),
  ]),
  listMigrations: [() => operations.listMigrations([])],
}

/** So long that its next version is a delta. */
const LONG = 'so that it is worth a delta '.repeat(20)

/** Fills every table a little, in two namespaces. */
export function* seed(): Operation<void> {
  for (const namespace of [NAMESPACE, 'other']) {
    for (let i = 0; i < 50; i++) {
      yield* operations.saveAgent(namespace, agent(`agent ${i}`, { status: i % 2 ? 'running' : 'idle' }))
      // The snapshots pin every other version of agent 0.
      for (const half of i < 15 ? [1, 2] : [])
        yield* operations.saveAgent(namespace, agent('agent 0', { stateData: JSON.stringify([LONG, i, half]) }))
      yield* operations.recordTransition(namespace, {
        id: `transition ${i}`,
        agentId: 'agent 0',
        before: 'a',
        after: 'b',
        reason: null,
        metadata: null,
      })
      yield* operations.createSnapshot(namespace, {
        id: `snapshot ${i}`,
        agentId: 'agent 0',
        description: null,
        expiresAt: i < 40 ? null : NOW,
      })
      yield* operations.saveItem(namespace, item(`item ${i}`, i < 40 ? null : 1e9))
      yield* operations.saveTask(namespace, { ...task, id: `task ${i}`, assignedTo: `agent ${i % 3}` })
      yield* operations.startSession(namespace, { id: `session ${i}`, agentId: `agent ${i % 3}`, metadata: null })
      yield* operations.saveEvents(namespace, [event(`event ${i}`, { eventType: i % 2 ? 'message' : 'tool' })])
    }
    // Nearer to the end than to the start, its versions are read backwards.
    for (let i = 0; i < 12; i++)
      yield* operations.saveAgent(namespace, agent('agent grown', { stateData: JSON.stringify([LONG.repeat(20), i]) }))
    for (const version of [10, 20, undefined]) {
      const fork = { parentAgentId: 'agent 0', version, agentId: `fork of ${version}`, schemaVersion: 1 }
      yield* operations.forkAgent(namespace, fork)
    }
    yield* operations.saveAgent(namespace, agent('agent deleted'))
    yield* operations.deleteAgent(namespace, 'agent deleted')
  }
}
