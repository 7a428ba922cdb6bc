import { openStateStore, type StateStore } from '@descartes/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { differenceOf } from '../same-value.ts'
import { expectRefused } from './expect-refused.ts'

let store: StateStore

beforeAll(async () => {
  store = await openStateStore({ url: ':memory:' })
  await store.saveAgentState(AGENT)
  await store.saveAgentState({ ...AGENT, agentId: 'list', state: [1] })
})

afterAll(() => store.close())

const AGENT = { agentId: 'a', name: 'A', status: 's', state: 1 }
const EVENT = { eventType: 't', sessionId: 's', actorType: 'user', actorId: 'u', content: 'c' } as const

/** Every place that takes JSON, by the path that its errors start with. */
const HOLDERS: Record<string, (store: StateStore, value: never) => Promise<unknown>> = {
  state: (s, state) => s.saveAgentState({ ...AGENT, state }),
  metadata: (s, metadata) => s.saveAgentState({ ...AGENT, metadata }),
  'metadata ': (s, metadata) => s.saveEvent({ ...EVENT, metadata }),
  'inputs/0/metadata': (s, metadata) => s.saveEvents([{ ...EVENT, metadata }]),
  value: (s, value) => s.saveItem({ path: ['p'], key: 'k', value }),
  'inputs/0/value': (s, value) => s.saveItems([{ path: ['p'], key: 'k', value }]),
  'metadata  ': (s, metadata) => s.saveTask({ title: 'T', metadata }),
  'metadata   ': (s, metadata) => s.startSession({ agentId: 'a', metadata }),
  'metadata    ': (s, metadata) => s.recordStateTransition({ agentId: 'a', before: 'x', after: 'y', metadata }),
}

/** Places for a part of a state. */
const CHANGES: typeof HOLDERS = {
  'patch/0/value': (s, value) => s.patchAgentState('list', [{ op: 'replace', path: '/0', value }]),
  'patch/0/value ': (s, value) => s.patchAgentState('list', [{ op: 'test', path: '/0', value }]),
  'patch/x': (s, x) => s.patchAgentState('a', { x }),
  'items/1': (s, item) => s.appendToAgentState('list', '', [1, item]),
}

const cycle: Record<string, unknown> = { list: [] }
;(cycle.list as unknown[]).push(cycle)
const holed: unknown[] = [1]
holed[2] = 3

const deep = (levels: number) => Array.from({ length: levels }).reduce<unknown>((inner) => ({ in: inner }), 1)
let bomb: unknown = 'x'
for (let i = 0; i < 64; i++) bomb = [bomb, bomb]

const map: Map<unknown, unknown> = new Map([['a', 1]])
map.set({ in: [map] }, 2)

/** Values, and where below the field the fault is. */
const REFUSED: [string, unknown, string][] = [
  ['a function', () => 1, ''],
  ['a symbol', Symbol('x'), ''],
  ['a class instance', { e: new Error('x') }, '/e'],
  ['a Promise that was not awaited', { answer: Promise.resolve(1) }, '/answer'],
  ['an instance of a class of yours', [{ p: new (class Point {})() }], '/0/p'],
  ['a subclass of Map', { m: new (class Index extends Map {})() }, '/m'],
  ['a Date with a property', { at: Object.assign(new Date(0), { zone: 'UTC' }) }, '/at'],
  ['a function in a Map', { m: new Map([['f', () => 1]]) }, '/m/0/1'],
  ['a symbol as the key of a Map', { m: new Map([[Symbol('x'), 1]]) }, '/m/0/0'],
  ['a WeakRef in a Set', [new Set([1, new WeakRef({})])], '/0/1'],
  ['bytes in shared memory', { b: new Uint8Array(new SharedArrayBuffer(1)) }, '/b'],
  ['a getter', { o: Object.defineProperty({}, 'now', { get: Date.now, enumerable: true }) }, '/o/now'],
  ['a hidden property', Object.defineProperty({}, 'secret', { value: 1 }), '/secret'],
  ['a symbol key', { o: { [Symbol('x')]: 1 } }, '/o'],
  ['a hole', { list: holed }, '/list'],
  ['a cycle', cycle, '/list/0'],
  ['a cycle through the key of a Map', { map }, '/map/1/0/in/0'],
  ['a lone surrogate', { s: 'a\uD800' }, '/s'],
  ['a key with a lone surrogate', { o: { '\uDC00': 1 } }, '/o'],
  ['a key that a pointer must escape', { 'a/b': { '~': Symbol('x') } }, '/a~1b/~0'],
  ['129 levels', deep(129), '/in'.repeat(128)],
  ['more than memory holds', bomb, ''],
]

describe.each(Object.entries(HOLDERS))('%s', (holder, call) => {
  test.each(REFUSED)('%s is refused with its place', async (_, value, place) => {
    await expectRefused(store, `${holder.trim()}${place}`, () => call(store, value as never))
  })

  test('a getter and a Proxy that throw are refused with their place', async () => {
    const throws = () => {
      throw new RangeError('of the caller')
    }
    const getter = { a: Object.defineProperty({}, 'b', { get: throws, enumerable: true }) }
    await expectRefused(store, `${holder.trim()}/a/b`, () => call(store, getter as never))
    for (const [trap, place] of [
      ['ownKeys', '/a'],
      ['getPrototypeOf', '/a'],
      ['getOwnPropertyDescriptor', '/a/x'],
      ['get', '/a/x'],
    ] as const) {
      const proxy = { a: new Proxy({ x: 1 }, { [trap]: throws }) }
      await expectRefused(store, `${holder.trim()}${place}`, () => call(store, proxy as never))
    }
  })

  test('too many bytes are refused', async () => {
    const most = ['state', 'value', 'inputs/0/value'].includes(holder) ? 16 * 1024 * 1024 : 1024 * 1024
    for (const value of ['x'.repeat(most - 1), 'é'.repeat(most / 2)]) {
      await expectRefused(store, holder.trim(), () => call(store, value as never))
    }
    await call(store, 'x'.repeat(most - 2) as never)
  })
})

describe.each(Object.entries(CHANGES))('%s', (holder, call) => {
  const inReach = REFUSED.filter(([name]) => !['129 levels', 'more than memory holds'].includes(name))
  test.each(inReach)('%s is refused with its place', async (_, value, place) => {
    await expectRefused(store, `${holder.trim()}${place}`, () => call(store, value as never))
  })

  test('too deep and too many are refused', async () => {
    const [argument, ...rest] = holder.trim().split('/')
    const levels = 129 - (holder.startsWith('patch/0') ? 0 : 1)
    await expectRefused(store, `${holder.trim()}${'/in'.repeat(levels - 1)}`, () => call(store, deep(levels) as never))
    const whole = holder.startsWith('patch/0') ? holder.trim() : argument
    expect(rest).not.toHaveLength(0)
    const tooLong = 'x'.repeat(16 * 1024 * 1024)
    await expectRefused(store, whole as string, () => call(store, tooLong as never))
  })
})

test('an undefined state is refused, explicit or left out', async () => {
  await expectRefused(store, 'state', () => store.saveAgentState({ ...AGENT, state: undefined as never }))
  const { state: _, ...stateless } = AGENT
  await expectRefused(store, 'state', () => store.saveAgentState(stateless as never))
})

test('a value that nobody refuses is stored whole', async () => {
  const values = [
    JSON.parse('{"__proto__": 1, "constructor": {"prototype": []}, "toString": "x", "": [[]]}'),
    { at: new Date(0), ['__proto__']: { $date: 'x' }, list: [undefined, Number.NaN, -0, 1n], m: new Map([[{}, /x/g]]) },
  ]
  for (const value of values) {
    expect((await store.saveAgentState({ ...AGENT, state: value, metadata: value })).version).toBeGreaterThan(1)
    const loaded = await store.loadAgentState('a')
    for (const stored of [loaded?.state, loaded?.metadata]) expect(differenceOf(stored, value)).toBeUndefined()
  }
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
})
