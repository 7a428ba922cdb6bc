import { openStateStore, type StateStore } from '@descartes/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectRefused } from './expect-refused.ts'

let store: StateStore

beforeAll(async () => {
  store = await openStateStore({ url: ':memory:' })
  await store.saveAgentState(AGENT)
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
  'metadata  ': (s, metadata) => s.saveTask({ title: 'T', metadata }),
  'metadata   ': (s, metadata) => s.startSession({ agentId: 'a', metadata }),
  'metadata    ': (s, metadata) => s.recordStateTransition({ agentId: 'a', before: 'x', after: 'y', metadata }),
}

const cycle: Record<string, unknown> = { list: [] }
;(cycle.list as unknown[]).push(cycle)
const holed: unknown[] = [1]
holed[2] = 3

const deep = (levels: number) => Array.from({ length: levels }).reduce<unknown>((inner) => ({ in: inner }), 1)
let bomb: unknown = 'x'
for (let i = 0; i < 64; i++) bomb = [bomb, bomb]

/** Values, and where below the field the fault is. */
const REFUSED: [string, unknown, string][] = [
  ['a function', () => 1, ''],
  ['a symbol', Symbol('x'), ''],
  ['a bigint', { n: [1n] }, '/n/0'],
  ['NaN', { n: Number.NaN }, '/n'],
  ['Infinity', [Infinity], '/0'],
  ['-0', { n: -0 }, '/n'],
  ['an undefined property', { a: { b: undefined } }, '/a/b'],
  ['undefined in an array', [[undefined]], '/0/0'],
  ['a Date', { at: new Date() }, '/at'],
  ['a Map', { m: new Map() }, '/m'],
  ['a Set', [new Set()], '/0'],
  ['bytes', { b: new Uint8Array(1) }, '/b'],
  ['a class instance', { e: new Error('x') }, '/e'],
  ['a hole', { list: holed }, '/list'],
  ['a cycle', cycle, '/list/0'],
  ['a lone surrogate', { s: 'a\uD800' }, '/s'],
  ['a key with a lone surrogate', { o: { '\uDC00': 1 } }, '/o'],
  ['a key that a pointer must escape', { 'a/b': { '~': NaN } }, '/a~1b/~0'],
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
    for (const trap of ['ownKeys', 'getPrototypeOf', 'get'] as const) {
      const proxy = { a: new Proxy({ x: 1 }, { [trap]: throws }) }
      await expectRefused(store, `${holder.trim()}/a`, () => call(store, proxy as never))
    }
  })

  test('too many bytes are refused', async () => {
    const most = holder === 'state' ? 16 * 1024 * 1024 : 1024 * 1024
    for (const value of ['x'.repeat(most - 1), 'é'.repeat(most / 2)]) {
      await expectRefused(store, holder.trim(), () => call(store, value as never))
    }
    await call(store, 'x'.repeat(most - 2) as never)
  })
})

test('an undefined state is refused, explicit or left out', async () => {
  await expectRefused(store, 'state', () => store.saveAgentState({ ...AGENT, state: undefined as never }))
  const { state: _, ...stateless } = AGENT
  await expectRefused(store, 'state', () => store.saveAgentState(stateless as never))
})

test('a value that nobody refuses is stored whole', async () => {
  const value = JSON.parse('{"__proto__": 1, "constructor": {"prototype": []}, "toString": "x", "": [[]]}')
  expect((await store.saveAgentState({ ...AGENT, state: value, metadata: value })).version).toBeGreaterThan(1)
  const loaded = await store.loadAgentState('a')
  for (const stored of [loaded?.state, loaded?.metadata]) expect(JSON.stringify(stored)).toBe(JSON.stringify(value))
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
})
