import { openStateStore, type StateStore } from '@descartes/sdk'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { expectRefused } from './expect-refused.ts'

let store: StateStore

beforeAll(async () => {
  store = await openStateStore({ url: ':memory:' })
  await store.saveAgentState(AGENT)
  await store.startSession({ id: 'session', agentId: 'a' })
})

afterAll(() => store.close())

const AGENT = { agentId: 'a', name: 'A', status: 's', state: 1 }
const EVENT = { eventType: 't', sessionId: 's', actorType: 'user', actorId: 'u', content: 'c' } as const
const TRANSITION = { agentId: 'a', before: 'x', after: 'y' }

type Call = (store: StateStore, value: never) => Promise<unknown>

const NOT_STRINGS = [null, 7, Number.NaN, true, {}, [], ['a'], Symbol('a'), () => 'a', 1n, new String('a'), new Date(0)]
const LONE = ['\uD800', '\uDC00', 'a\uD83D', '\uDE00\uD83D']
const BAD_TEXT = [...NOT_STRINGS, '\0', 'a\0b', ...LONE]
const BAD_IDS = [
  ...BAD_TEXT,
  '',
  'x'.repeat(513),
  'é'.repeat(257),
  '😀'.repeat(129),
  'e\u0301',
  '\u1112\u1161\u11ab',
  '\u212B',
]
const BAD_LABELS = [...BAD_TEXT, '', 'x'.repeat(4097)]
const BAD_NOTES = [...BAD_TEXT, 'x'.repeat(65_537)]
const BAD_POINTERS = [
  ...NOT_STRINGS,
  'a',
  ' /a',
  '#/a',
  '/~',
  '/a~',
  '/~2',
  '/a/~01/~x',
  ...LONE.map((text) => `/${text}`),
]
const BAD_CONTENTS = [...BAD_TEXT, 'x'.repeat(1024 * 1024 + 1), 'é'.repeat(512 * 1024 + 1)]

const REQUIRED_IDS: Record<string, Call> = {
  'saveAgentState agentId': (s, agentId) => s.saveAgentState({ ...AGENT, agentId }),
  'saveAgentState status': (s, status) => s.saveAgentState({ ...AGENT, status }),
  'loadAgentState agentId': (s, id) => s.loadAgentState(id),
  'patchAgentState agentId': (s, id) => s.patchAgentState(id, {}),
  'appendToAgentState agentId': (s, id) => s.appendToAgentState(id, '', []),
  'forkAgent agentId': (s, id) => s.forkAgent(id, { agentId: 'new' }),
  'forkAgent options agentId': (s, agentId) => s.forkAgent('a', { agentId }),
  'purgeAgent agentId': (s, id) => s.purgeAgent(id),
  'listRevisions agentId': (s, id) => s.listRevisions(id),
  'diffRevisions agentId': (s, id) => s.diffRevisions(id, 1, 1),
  'blame agentId': (s, id) => s.blame(id, ''),
  'restoreRevision agentId': (s, id) => s.restoreRevision(id, 1),
  'updateAgentStatus agentId': (s, id) => s.updateAgentStatus(id, 'x'),
  'updateAgentStatus status': (s, status) => s.updateAgentStatus('a', status),
  'deleteAgent agentId': (s, id) => s.deleteAgent(id),
  'recordStateTransition agentId': (s, agentId) => s.recordStateTransition({ ...TRANSITION, agentId }),
  'recordStateTransition before': (s, before) => s.recordStateTransition({ ...TRANSITION, before }),
  'recordStateTransition after': (s, after) => s.recordStateTransition({ ...TRANSITION, after }),
  'getStateHistory agentId': (s, id) => s.getStateHistory(id),
  'createSnapshot agentId': (s, id) => s.createSnapshot(id),
  'restoreSnapshot snapshotId': (s, id) => s.restoreSnapshot(id),
  'listSnapshots agentId': (s, id) => s.listSnapshots(id),
  'deleteSnapshot snapshotId': (s, id) => s.deleteSnapshot(id),
  'saveEvent eventType': (s, eventType) => s.saveEvent({ ...EVENT, eventType }),
  'saveEvent sessionId': (s, sessionId) => s.saveEvent({ ...EVENT, sessionId }),
  'saveEvent actorId': (s, actorId) => s.saveEvent({ ...EVENT, actorId }),
  'saveEvents inputs/1/sessionId': (s, sessionId) => s.saveEvents([EVENT, { ...EVENT, sessionId }]),
  'getEvents sessionId': (s, id) => s.getEvents(id),
  'getEventsByType eventType': (s, type) => s.getEventsByType(type),
  'saveItem key': (s, key) => s.saveItem({ path: ['p'], key, value: 1 }),
  'saveItems inputs/0/key': (s, key) => s.saveItems([{ path: ['p'], key, value: 1 }]),
  'getItem key': (s, key) => s.getItem(['p'], key),
  'deleteItem key': (s, key) => s.deleteItem(['p'], key),
  'refreshItems items/0/key': (s, key) => s.refreshItems([{ path: ['p'], key }]),
  'getTask taskId': (s, id) => s.getTask(id),
  'startSession agentId': (s, agentId) => s.startSession({ agentId }),
  'endSession sessionId': (s, id) => s.endSession(id),
  'getSession sessionId': (s, id) => s.getSession(id),
}

const OPTIONAL_IDS: Record<string, Call> = {
  'saveAgentState label': (s, label) => s.saveAgentState(AGENT, { label }),
  'loadAgentState label': (s, label) => s.loadAgentState('a', { label }),
  'listAgents idPrefix': (s, idPrefix) => s.listAgents({ idPrefix }),
  'listAgents status': (s, status) => s.listAgents({ status }),
  'pruneRevisions agentId': (s, agentId) => s.pruneRevisions({ agentId, keepLast: 1 }),
  'saveEvent id': (s, id) => s.saveEvent({ ...EVENT, id }),
  'saveEvent gitCommit': (s, gitCommit) => s.saveEvent({ ...EVENT, gitCommit }),
  'searchEvents sessionId': (s, sessionId) => s.searchEvents('x', { sessionId }),
  'searchEvents eventType': (s, eventType) => s.searchEvents('x', { eventType }),
  'saveTask id': (s, id) => s.saveTask({ id, title: 'T' }),
  'getTasks assignedTo': (s, assignedTo) => s.getTasks({ assignedTo }),
  'startSession id': (s, id) => s.startSession({ id, agentId: 'a' }),
  'listSessions agentId': (s, agentId) => s.listSessions({ agentId }),
}

const NULLABLE_IDS: Record<string, Call> = {
  'saveTask assignedTo': (s, assignedTo) => s.saveTask({ title: 'T', assignedTo }),
}

const LABELS: Record<string, Call> = {
  'saveAgentState name': (s, name) => s.saveAgentState({ ...AGENT, name }),
  'saveTask title': (s, title) => s.saveTask({ title }),
}

const NOTES: Record<string, Call> = {
  'updateAgentStatus reason': (s, reason) => s.updateAgentStatus('a', 'x', { reason }),
  'recordStateTransition reason': (s, reason) => s.recordStateTransition({ ...TRANSITION, reason }),
  'createSnapshot description': (s, description) => s.createSnapshot('a', { description }),
}

const CONTENTS: Record<string, Call> = {
  'saveEvent content': (s, content) => s.saveEvent({ ...EVENT, content }),
  'saveEvents inputs/0/content': (s, content) => s.saveEvents([{ ...EVENT, content }]),
}

const POINTERS: Record<string, Call> = {
  'blame pointer': (s, pointer) => s.blame('a', pointer),
  'appendToAgentState pointer': (s, pointer) => s.appendToAgentState('a', pointer, []),
  'patchAgentState patch/0/path': (s, path) => s.patchAgentState('a', [{ op: 'remove', path }]),
  'patchAgentState patch/1/from': (s, from) =>
    s.patchAgentState('a', [
      { op: 'test', path: '', value: 1 },
      { op: 'copy', from, path: '/a' },
    ]),
}

function testRefusals(kind: string, calls: Record<string, Call>, values: readonly unknown[]): void {
  describe(kind, () => {
    test.each(Object.entries(calls))('%s', async (name, call) => {
      const path = name.split(' ').at(-1) as string
      for (const value of values) await expectRefused(store, path, () => call(store, value as never))
    })
  })
}

testRefusals('an id or word that is none is refused', REQUIRED_IDS, [undefined, ...BAD_IDS])
testRefusals('an optional id that is none is refused', OPTIONAL_IDS, BAD_IDS)
testRefusals(
  'an assignee that is none is refused, null apart',
  NULLABLE_IDS,
  BAD_IDS.filter((value) => value !== null),
)
testRefusals('a name or title that is none is refused', LABELS, [undefined, ...BAD_LABELS])
testRefusals('a reason or description that is no text is refused', NOTES, BAD_NOTES)
testRefusals('a pointer that is none is refused', POINTERS, [undefined, ...BAD_POINTERS])
testRefusals('a content that is no text, or too long, is refused', CONTENTS, [undefined, ...BAD_CONTENTS])
testRefusals(
  'a description of a task that is no text is refused, null apart',
  { 'saveTask description': (s, description) => s.saveTask({ title: 'T', description }) },
  BAD_NOTES.filter((value) => value !== null),
)
