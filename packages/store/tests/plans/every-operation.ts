import type { Operation } from '../../src/operation.ts'
import * as operations from '../../src/operations.ts'
import { agent, event } from '../samples.ts'

const NAMESPACE = 'default'
const PAGE = { limit: 5 }
const NOW = '2026-01-01T00:00:00.000+00:00'

type Run = () => Operation<unknown>

/** All that can be left out or given, in every combination. */
function combinations<A, B>(first: A, second: B): [A | undefined, B | undefined][] {
  return [undefined, first].flatMap((a) => [undefined, second].map((b): [A | undefined, B | undefined] => [a, b]))
}

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
    () => operations.saveAgent(NAMESPACE, agent('agent deleted')),
    () => operations.saveAgent(NAMESPACE, agent('agent deleted', { revive: true })),
    () => operations.saveAgent(NAMESPACE, agent('agent deleted', { revive: true, metadata: '{}' })),
  ],
  loadAgent: [() => operations.loadAgent(NAMESPACE, 'agent 1')],
  listAgents: combinations('running', true).map(
    ([status, includeDeleted]) =>
      () =>
        operations.listAgents(NAMESPACE, {
          status,
          includeDeleted: includeDeleted ?? false,
          after: 'agent 1',
          ...PAGE,
        }),
  ),
  updateAgentStatus: [
    () =>
      operations.updateAgentStatus(NAMESPACE, {
        agentId: 'agent 1',
        status: 'idle',
        reason: null,
        expectedVersion: undefined,
        transitionId: 'new',
      }),
  ],
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
  createSnapshot: [
    () => operations.createSnapshot(NAMESPACE, { id: 'new', agentId: 'agent 0', description: null, expiresAt: null }),
  ],
  restoreSnapshot: [() => operations.restoreSnapshot(NAMESPACE, 'snapshot 1')],
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
  listMigrations: [() => operations.listMigrations()],
}

/** Fills every table a little, in two namespaces. */
export function* seed(): Operation<void> {
  for (const namespace of [NAMESPACE, 'other']) {
    for (let i = 0; i < 50; i++) {
      yield* operations.saveAgent(namespace, agent(`agent ${i}`, { status: i % 2 ? 'running' : 'idle' }))
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
      yield* operations.saveTask(namespace, { ...task, id: `task ${i}`, assignedTo: `agent ${i % 3}` })
      yield* operations.startSession(namespace, { id: `session ${i}`, agentId: `agent ${i % 3}`, metadata: null })
      yield* operations.saveEvents(namespace, [event(`event ${i}`, { eventType: i % 2 ? 'message' : 'tool' })])
    }
    yield* operations.saveAgent(namespace, agent('agent deleted'))
    yield* operations.deleteAgent(namespace, 'agent deleted')
  }
}
