import { inspect, isDeepStrictEqual } from 'node:util'
import { expect } from 'vitest'
import type { StateValue } from '../json-value.ts'
import { errorOf } from './error-of.ts'
import type { ContractTests } from './harness.ts'
import { agent, event } from './samples.ts'

/** One of each kind of value that JSON lacks, inside one another and beside plain JSON. */
function richValue(): StateValue {
  return {
    startedAt: new Date('2026-01-02T03:04:05.678Z'),
    tokens: 12_345_678_901_234_567_890n,
    scores: new Map<StateValue, StateValue>([
      ['doc-1', { score: 0.5, at: new Date(0) }],
      [{ compound: ['key'] }, new Set([1, 'one', Number.NaN])],
      [undefined, -0],
    ]),
    seen: new Set<StateValue>([new Map([[1n, null]]), [new Set()]]),
    pattern: Object.assign(/a\/(?<b>.)+/gi, { lastIndex: 2 }),
    site: new URL('https://example.org/path?q=1#x'),
    limits: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, -0, 0],
    absent: undefined,
    list: [undefined, null, 'text'],
    raw: new Uint8Array([0, 127, 128, 255]),
    window: new Uint8Array([9, 1, 2, 9]).subarray(1, 3),
    buffer: Buffer.from('bytes'),
    memory: new Uint8Array([1, 2, 3]).buffer,
    view: new DataView(new Uint8Array([1, 2]).buffer),
    samples: new Float32Array([1.5, -0, Number.NaN]),
    counters: new BigInt64Array([-1n, 2n ** 62n]),
    $date: { $set: ['keys like tags', { $$: 1, $descartes: null }] },
  }
}

/** Values, some rich and some that look like what the store writes for rich ones. */
const VALUES: StateValue[] = [
  richValue(),
  new Date(0),
  new Map([[richValue(), richValue()]]),
  7n,
  -0,
  Number.NaN,
  new Uint8Array(0),
  { $descartes: { $date: '1970-01-01T00:00:00.000Z' } },
  { $descartes: 1, more: [{ $descartes: 2 }] },
  { $date: '1970-01-01T00:00:00.000Z' },
]

function expectSame(actual: unknown, expected: unknown): void {
  const show = (value: unknown) =>
    inspect(value, { depth: null, maxArrayLength: null, maxStringLength: null, sorted: true })
  // Deep equality is blind to what a URL holds, and the print to what lies behind it.
  if (isDeepStrictEqual(actual, expected) && show(actual) === show(expected)) return
  expect.fail(`${show(expected)} came back as ${show(actual)}`)
}

/** Values that JSON lacks, in states and metadata, and large ones that change. */
export const values: ContractTests = {
  'a large state that is changed in place and saved again comes back each time as it was then': async ({ store }) => {
    const state = {
      step: 0,
      messages: [] as { role: string; content: string; n?: unknown }[],
      tail: { last: 'nothing' },
    }
    const changes: ((step: number) => void)[] = [
      (step) =>
        state.messages.push(
          ...Array.from({ length: 40 }, (_, i) => ({ role: 'user', content: `“${step}.${i}”, `.repeat(70) })),
        ),
      (step) => Object.assign(state.messages[7] as object, { content: `\u0000 changed at ${step} ✓` }),
      (step) => Object.assign(state, { tail: { last: `at ${step}` } }),
      () => void state.messages.splice(3, 5),
      (step) => state.messages.unshift({ role: 'system', content: `first at ${step}` }),
      (step) => Object.assign(state.messages[2] as object, { n: new Date(step) }),
      () => delete (state.messages[2] as { n?: unknown }).n,
    ]
    const saved: StateValue[] = []
    for (let round = 0; round < 3; round++)
      for (const change of changes) {
        change(++state.step)
        saved.push(structuredClone(state) as StateValue)
        await store.saveAgentState(agent({ state: state as StateValue }))
      }
    for (const [i, expected] of saved.entries())
      expectSame((await store.loadAgentState('researcher', { version: i + 1 }))?.state, expected)
  },

  'a state of any kind comes back the same, from a save, a load and a snapshot': async ({ store }) => {
    for (const state of VALUES) {
      expectSame((await store.saveAgentState(agent({ state }))).state, state)
      expectSame((await store.loadAgentState('researcher'))?.state, state)
      const { id } = await store.createSnapshot('researcher')
      await store.saveAgentState(agent({ state: 'later' }))
      expectSame((await store.restoreSnapshot(id)).state, state)
      expectSame((await store.loadAgentState('researcher'))?.state, state)
    }
  },

  'every version of a state comes back the same, of whatever kinds they are in turn': async ({ store }) => {
    const states = [...VALUES, ...VALUES.toReversed(), ...VALUES.map((value) => ({ plain: 'x'.repeat(5000), value }))]
    for (const state of states) await store.saveAgentState(agent({ state }))
    for (const [i, state] of states.entries())
      expectSame((await store.loadAgentState('researcher', { version: i + 1 }))?.state, state)
  },

  'metadata of any kind comes back the same, of agents, transitions, events, tasks and sessions': async ({ store }) => {
    for (const [i, metadata] of VALUES.entries()) {
      await store.saveAgentState(agent({ metadata }))
      expectSame((await store.loadAgentState('researcher'))?.metadata, metadata)
      await store.recordStateTransition({ agentId: 'researcher', before: 'a', after: 'b', metadata })
      expectSame((await store.getStateHistory('researcher', { limit: 1 })).items[0]?.metadata, metadata)
      expectSame((await store.saveEvent(event({ sessionId: `s${i}`, metadata }))).metadata, metadata)
      expectSame((await store.getEvents(`s${i}`)).items[0]?.metadata, metadata)
      const task = await store.saveTask({ title: 'T', metadata })
      expectSame([task.metadata, (await store.getTask(task.id))?.metadata], [metadata, metadata])
      const session = await store.startSession({ agentId: 'researcher', metadata })
      expectSame([session.metadata, (await store.getSession(session.id))?.metadata], [metadata, metadata])
    }
  },

  'metadata that JSON lacks is recognised as the same, and told from its text': async ({ store }) => {
    const metadata = { at: new Date(0), rich: richValue() }
    const saved = await store.saveEvent(event({ id: 'e1', metadata }))
    expectSame(await store.saveEvent(event({ id: 'e1', metadata: { rich: richValue(), at: new Date(0) } })), saved)
    const other = store.saveEvent(event({ id: 'e1', metadata: { ...metadata, at: '1970-01-01T00:00:00.000Z' } }))
    await expect(other).rejects.toMatchObject({ code: 'EVENT_CONFLICT', fields: ['metadata'] })
  },

  'what would come back as something else is refused with its place, and nothing is stored': async ({ store }) => {
    const cycle = new Map<string, unknown>()
    const refused: [unknown, string][] = [
      [{ a: [new (class Point {})()] }, '/a/0'],
      [new Map([['f', () => 1]]), '/0/1'],
      [new Set([1, Symbol('x')]), '/1'],
      [cycle.set('self', cycle), '/0/1'],
      [{ at: Object.assign(new Date(0), { zone: 'UTC' }) }, '/at'],
      [[new (class Day extends Date {})()], '/0'],
    ]
    for (const [value, place] of refused) {
      const state = await errorOf(store.saveAgentState(agent({ state: value as StateValue })))
      expect(state).toMatchObject({ code: 'INVALID_INPUT', path: `state${place}` })
      const metadata = await errorOf(store.saveTask({ title: 'T', metadata: value as object }))
      expect(metadata).toMatchObject({ code: 'INVALID_INPUT', path: `metadata${place}` })
    }
    expect(await store.loadAgentState('researcher')).toBeNull()
    expect((await store.getTasks()).items).toEqual([])
  },
}
