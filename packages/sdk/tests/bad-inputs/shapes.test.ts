import { openStateStore, type StateStore } from '@descartes/sdk'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { expectRefused } from './expect-refused.ts'

let store: StateStore

beforeAll(async () => {
  store = await openStateStore({ url: ':memory:' })
  await store.saveAgentState(AGENT)
})

afterAll(() => store.close())

const AGENT = { agentId: 'a', name: 'A', status: 's', state: 1 }
const EVENT = { eventType: 't', sessionId: 's', actorType: 'user', actorId: 'u', content: 'c' } as const
const NAME = { path: ['p'], key: 'k' }

type Call = (store: StateStore, value: never) => Promise<unknown>

/** Methods that take an object, with the name of the argument. */
const INPUTS: Record<string, Call> = {
  'saveAgentState input': (s, input) => s.saveAgentState(input),
  'forkAgent options': (s, options) => s.forkAgent('a', options),
  'patchAgentState patch': (s, patch) => s.patchAgentState('a', patch),
  'patchAgentState patch/1': (s, step) => s.patchAgentState('a', [{ op: 'test', path: '', value: 1 }, step]),
  'recordStateTransition input': (s, input) => s.recordStateTransition(input),
  'saveEvent input': (s, input) => s.saveEvent(input),
  'saveEvents inputs/1': (s, input) => s.saveEvents([EVENT, input]),
  'saveItem input': (s, input) => s.saveItem(input),
  'saveItems inputs/1': (s, input) => s.saveItems([{ ...NAME, value: 1 }, input]),
  'refreshItems items/1': (s, item) => s.refreshItems([NAME, item]),
  'saveTask input': (s, input) => s.saveTask(input),
  'startSession input': (s, input) => s.startSession(input),
}

const OPTIONS: Record<string, Call> = {
  'loadAgentState options': (s, options) => s.loadAgentState('a', options),
  'patchAgentState options': (s, options) => s.patchAgentState('a', {}, options),
  'appendToAgentState options': (s, options) => s.appendToAgentState('a', '', [], options),
  'purgeAgent options': (s, options) => s.purgeAgent('a', options),
  'listRevisions page': (s, page) => s.listRevisions('a', page),
  'restoreRevision options': (s, options) => s.restoreRevision('a', 1, options),
  'pruneRevisions options': (s, options) => s.pruneRevisions(options),
  'saveAgentState options': (s, options) => s.saveAgentState(AGENT, options),
  'listAgents filter': (s, filter) => s.listAgents(filter),
  'updateAgentStatus options': (s, options) => s.updateAgentStatus('a', 'x', options),
  'getStateHistory page': (s, page) => s.getStateHistory('a', page),
  'createSnapshot options': (s, options) => s.createSnapshot('a', options),
  'listSnapshots page': (s, page) => s.listSnapshots('a', page),
  'getEvents page': (s, page) => s.getEvents('s', page),
  'getEventsByType page': (s, page) => s.getEventsByType('t', page),
  'searchEvents options': (s, options) => s.searchEvents('x', options),
  'getItem options': (s, options) => s.getItem(['p'], 'k', options),
  'listItems filter': (s, filter) => s.listItems(filter),
  'searchItems options': (s, options) => s.searchItems('x', options),
  'listItemPaths filter': (s, filter) => s.listItemPaths(filter),
  'getTasks filter': (s, filter) => s.getTasks(filter),
  'endSession options': (s, options) => s.endSession('x', options),
  'listSessions filter': (s, filter) => s.listSessions(filter),
}

const NO_OBJECTS = [null, 7, 'text', true, Symbol('x'), () => ({}), 1n]

const throws = () => {
  throw new RangeError('of the caller')
}

/** Objects that throw when they are touched. */
const HOSTILE = [
  new Proxy(
    {},
    { get: throws, has: throws, ownKeys: throws, getOwnPropertyDescriptor: throws, getPrototypeOf: throws },
  ),
  revoked(),
]

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

describe('an argument that is no object is refused by its name', () => {
  test.each(Object.entries({ ...INPUTS, ...OPTIONS }))('%s', async (name, call) => {
    const argument = name.split(' ')[1] as string
    const values = name in INPUTS ? [undefined, ...NO_OBJECTS, ...HOSTILE] : [...NO_OBJECTS, ...HOSTILE]
    for (const value of values) await expectRefused(store, argument, () => call(store, value as never))
  })
})

describe('a field that does not exist is refused by its name', () => {
  test.each(Object.entries(OPTIONS))('%s', async (_, call) => {
    for (const field of ['limits', 'Limit', 'constructor', '__proto__', 'a b', '']) {
      const value = Object.fromEntries([[field, 1]]) as never
      await expectRefused(store, field, () => call(store, value))
    }
  })

  test('in inputs', async () => {
    await expectRefused(store, 'agentID', () => store.saveAgentState({ ...AGENT, agentID: 'a' } as never))
    await expectRefused(store, 'inputs/0/type', () => store.saveEvents([{ ...EVENT, type: 't' } as never]))
    await expectRefused(store, 'namespace', () => store.saveTask({ title: 'T', namespace: 'other' } as never))
    await expectRefused(store, 'version', () => store.saveAgentState({ ...AGENT, version: 9 } as never))
    await expectRefused(store, 'state', () => store.forkAgent('a', { agentId: 'b', state: 1 } as never))
  })
})

describe('a field that is missing is refused by its name, with what would do', () => {
  const withoutField: [string, object, Call][] = [
    ...['agentId', 'name', 'status', 'state'].map((f) => [f, AGENT, INPUTS['saveAgentState input']] as never),
    ...Object.keys(EVENT).map((f) => [f, EVENT, INPUTS['saveEvent input']] as never),
    ['agentId', {}, INPUTS['startSession input'] as Call],
    ...['path', 'key', 'value'].map((f) => [f, { ...NAME, value: 1 }, INPUTS['saveItem input']] as never),
    ['items/1/key', NAME, (s, { path }) => s.refreshItems([NAME, { path } as never])],
    ['title', {}, INPUTS['saveTask input'] as Call],
    ['agentId', {}, INPUTS['forkAgent options'] as Call],
    ['patch/1/op', {}, INPUTS['patchAgentState patch/1'] as Call],
    ['patch/1/path', { op: 'remove' }, INPUTS['patchAgentState patch/1'] as Call],
    ['patch/1/value', { op: 'add', path: '/a' }, INPUTS['patchAgentState patch/1'] as Call],
    ['patch/1/from', { op: 'move', path: '/a' }, INPUTS['patchAgentState patch/1'] as Call],
  ]
  test.each(withoutField)('%s', async (field, whole, call) => {
    const { [field]: _, ...rest } = whole as Record<string, unknown>
    await expectRefused(store, field, () => call(store, rest as never))
  })
})

test('appendToAgentState takes an array of items, and nothing else', async () => {
  const values = [undefined, null, 'abc', 7, {}, new Set([1]), { length: 1, 0: 1 }, new Uint8Array(1), revoked()]
  for (const value of values)
    await expectRefused(store, 'items', () => store.appendToAgentState('a', '', value as never))
})

test('saveItems takes an array of items, and nothing else', async () => {
  const item = { ...NAME, value: 1 }
  const many = Array.from({ length: 1001 }, () => item)
  for (const value of [undefined, null, 'abc', 7, {}, item, new Set([item]), { length: 1, 0: item }, revoked(), many])
    await expectRefused(store, 'inputs', () => store.saveItems(value as never))
  await expectRefused(store, 'inputs/1/text', () => store.saveItems([item, { ...item, text: 'x'.repeat(2 ** 20 + 1) }]))
})

test('refreshItems takes an array of items, and nothing else', async () => {
  const many = Array.from({ length: 1001 }, () => NAME)
  for (const value of [undefined, null, 'abc', 7, {}, NAME, new Set([NAME]), { length: 1, 0: NAME }, revoked(), many])
    await expectRefused(store, 'items', () => store.refreshItems(value as never))
})

describe('saveEvents takes an array', () => {
  test('and nothing else', async () => {
    const hostile = new Proxy([EVENT], { get: throws })
    const values = [undefined, null, 'abc', 7, {}, EVENT, new Set([EVENT]), { length: 1, 0: EVENT }, revoked(), hostile]
    for (const value of values) await expectRefused(store, 'inputs', () => store.saveEvents(value as never))
  })

  test('without holes', async () => {
    const holed: unknown[] = [EVENT]
    holed[2] = EVENT
    await expectRefused(store, 'inputs/1', () => store.saveEvents(holed as never))
  })
})
