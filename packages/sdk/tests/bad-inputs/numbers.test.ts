import { type OpenOptions, openStateStore, type StateStore } from '@descartes/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectInvalidInput, expectRefused } from './expect-refused.ts'

let store: StateStore

beforeAll(async () => {
  store = await openStateStore({ url: ':memory:' })
  await store.saveAgentState(AGENT)
})

afterAll(() => store.close())

const AGENT = { agentId: 'a', name: 'A', status: 's', state: 1 }
const EVENT = { eventType: 't', sessionId: 's', actorType: 'user', actorId: 'u', content: 'c' } as const

type Call = (store: StateStore, value: never) => Promise<unknown>

const NO_INTEGERS = [
  null,
  -1,
  1.5,
  -0,
  Number.NaN,
  Infinity,
  -Infinity,
  2 ** 53,
  1e300,
  '1',
  '',
  true,
  [],
  {},
  1n,
  Symbol('1'),
]
const NO_FLAGS = [null, 0, 1, 'true', '', {}]
const NO_DATES = [
  null,
  new Date('x'),
  new Date(Number.NaN),
  new Date(-1),
  new Date(8.64e15),
  Date.now(),
  '2026-01-01',
  {},
]
const FAKE_DATE = Object.create(Date.prototype) as Date
const NO_FUNCTIONS = [null, 0, true, '', 'fn', {}, []]
const NO_WORDS = [null, '', 'Pending', ' pending', 'constructor', '__proto__', 0, true, {}, ['user'], ['pending']]

const TABLE: [string, readonly unknown[], Call][] = [
  ['expectedVersion', NO_INTEGERS, (s, v) => s.saveAgentState(AGENT, { expectedVersion: v })],
  ['expectedVersion', NO_INTEGERS, (s, v) => s.updateAgentStatus('a', 'x', { expectedVersion: v })],
  ['expectedVersion', NO_INTEGERS, (s, v) => s.patchAgentState('a', {}, { expectedVersion: v })],
  ['expectedVersion', NO_INTEGERS, (s, v) => s.appendToAgentState('a', '', [], { expectedVersion: v })],
  ['expectedVersion', NO_INTEGERS, (s, v) => s.restoreRevision('a', 1, { expectedVersion: v })],
  ['version', [0, ...NO_INTEGERS], (s, v) => s.loadAgentState('a', { version: v })],
  ['version', [0, ...NO_INTEGERS], (s, v) => s.forkAgent('a', { agentId: 'new', version: v })],
  ['version', [undefined, 0, ...NO_INTEGERS], (s, v) => s.restoreRevision('a', v)],
  ['from', [undefined, 0, ...NO_INTEGERS], (s, v) => s.diffRevisions('a', v, 1)],
  ['to', [undefined, 0, ...NO_INTEGERS], (s, v) => s.diffRevisions('a', 1, v)],
  ['keepLast', [0, ...NO_INTEGERS], (s, v) => s.pruneRevisions({ keepLast: v })],
  ['keepEvery', [0, ...NO_INTEGERS], (s, v) => s.pruneRevisions({ keepEvery: v })],
  ['at', [...NO_DATES, FAKE_DATE], (s, v) => s.loadAgentState('a', { at: v })],
  ['olderThan', [...NO_DATES, FAKE_DATE], (s, v) => s.pruneRevisions({ olderThan: v })],
  ['dryRun', NO_FLAGS, (s, v) => s.pruneRevisions({ keepLast: 1, dryRun: v })],
  ['onProgress', NO_FUNCTIONS, (s, v) => s.pruneRevisions({ keepLast: 1, onProgress: v })],
  ['onProgress', NO_FUNCTIONS, (s, v) => s.purgeAgent('a', { onProgress: v })],
  ['limit', [0, ...NO_INTEGERS], (s, v) => s.listRevisions('a', { limit: v })],
  ['limit', [0, ...NO_INTEGERS], (s, v) => s.listAgents({ limit: v })],
  ['limit', [0, ...NO_INTEGERS], (s, v) => s.listItems({ limit: v })],
  ['limit', [0, ...NO_INTEGERS], (s, v) => s.searchItems('x', { limit: v })],
  ['limit', [0, ...NO_INTEGERS], (s, v) => s.listItemPaths({ limit: v })],
  ['ttlMs', [0, 32e12, ...NO_INTEGERS], (s, v) => s.saveItem({ path: ['p'], key: 'k', value: 1, ttlMs: v })],
  ['limit', [0, ...NO_INTEGERS], (s, v) => s.searchEvents('x', { limit: v })],
  ['ttlMs', [0, 32e12, ...NO_INTEGERS], (s, v) => s.createSnapshot('a', { ttlMs: v })],
  ['expiresAt', [...NO_DATES, FAKE_DATE], (s, v) => s.createSnapshot('a', { expiresAt: v })],
  ['timestamp', [...NO_DATES, FAKE_DATE], (s, v) => s.saveEvent({ ...EVENT, timestamp: v })],
  ['inputs/0/timestamp', NO_DATES, (s, v) => s.saveEvents([{ ...EVENT, timestamp: v }])],
  ['revive', NO_FLAGS, (s, v) => s.saveAgentState(AGENT, { revive: v })],
  ['includeDeleted', NO_FLAGS, (s, v) => s.listAgents({ includeDeleted: v })],
  ['actorType', [undefined, 'robot', ...NO_WORDS], (s, v) => s.saveEvent({ ...EVENT, actorType: v })],
  ['status', ['active', ...NO_WORDS], (s, v) => s.saveTask({ title: 'T', status: v })],
  ['status', NO_WORDS, (s, v) => s.getTasks({ status: v })],
  ['status', ['active', 'pending', ...NO_WORDS], (s, v) => s.endSession('x', { status: v })],
  ['status', ['pending', ...NO_WORDS], (s, v) => s.listSessions({ status: v })],
]

describe('a number, date, flag or word that is none is refused', () => {
  test.each(TABLE)('%s (%#)', async (path, values, call) => {
    for (const value of values) {
      // A Date that is none throws when it is read, before anybody knows which field it stands in.
      const named = value === FAKE_DATE ? (path === 'timestamp' ? 'input' : 'options') : path
      await expectRefused(store, named, () => call(store, value as never))
    }
  })
})

const LIMITS = ['stateBytes', 'metadataBytes', 'contentBytes', 'pageSize', 'eventsPerCall']

describe('options of openStateStore', () => {
  const refused: [string, readonly unknown[]][] = [
    ['namespace', [null, '', 'a/b', '..', '.', 'a b', 'ü', 'x'.repeat(129), 'a\0', 'a\n', '\uD800', 7, {}]],
    ['durability', [null, '', 'FULL', 'off', 0, true]],
    ['maxConnections', [0, 1001, ...NO_INTEGERS]],
    ['acquireTimeoutMs', [2 ** 31, ...NO_INTEGERS]],
    ['busyTimeoutMs', [2 ** 31, ...NO_INTEGERS]],
    ['limits', [null, 7, 'x']],
    ...LIMITS.map((limit) => [`limits/${limit}`, [0, ...NO_INTEGERS]] as [string, unknown[]]),
    ['limits/bytes', [1]],
    ['schema', [null, 7, {}, { '~standard': {} }, () => true]],
    ['schemaVersion', [0, 2 ** 31, ...NO_INTEGERS]],
    ['upcasters', [null, 7, 'x', () => ({})]],
    ...['1', '2147483648'].map((version) => [`upcasters/${version}`, NO_FUNCTIONS] as [string, unknown[]]),
    ...['0', '01', '-1', '1.5', 'x', '', ' 1', '1e3'].map(
      (version) => [`upcasters/${version}`, [() => ({})]] as [string, unknown[]],
    ),
    ['poolSize', [1]],
  ]
  test.each(refused)('%s', async (path, values) => {
    const [option, field] = path.split('/') as [string, string | undefined]
    for (const value of values) {
      const options = { url: ':memory:', [option]: field === undefined ? value : { [field]: value } }
      expectInvalidInput(await openStateStore(options as never).catch((error: unknown) => error), path)
    }
  })

  test('a missing or wrong options object', async () => {
    for (const options of [undefined, null, 7, 'file:x.db']) {
      expectInvalidInput(await openStateStore(options as never).catch((error: unknown) => error), 'options')
    }
    expectInvalidInput(await openStateStore({} as never).catch((error: unknown) => error), 'url')
  })

  test('the least and the greatest that is accepted', async () => {
    for (const options of [
      { maxConnections: 1, acquireTimeoutMs: 0, busyTimeoutMs: 0, namespace: 'x' },
      { maxConnections: 1000, acquireTimeoutMs: 2 ** 31 - 1, busyTimeoutMs: 2 ** 31 - 1, namespace: 'x'.repeat(128) },
      { limits: { stateBytes: 1, metadataBytes: 1, contentBytes: 1, pageSize: 1, eventsPerCall: 1 } },
      { schemaVersion: 1, upcasters: {} },
      { schemaVersion: 2 ** 31 - 1, upcasters: { 1: () => 1, 7: async () => 2 } },
      { schemaVersion: undefined, upcasters: undefined },
      { limits: { pageSize: undefined }, schema: undefined, durability: undefined, namespace: undefined },
    ]) {
      const opened = await openStateStore({ url: ':memory:', ...options } as OpenOptions)
      expect(await opened.saveAgentState(AGENT)).toMatchObject({ version: 1 })
      await opened.close()
    }
  })
})
