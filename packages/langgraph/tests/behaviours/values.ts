import { DescartesSaver } from '@descartes/langgraph'
import { AIMessage, HumanMessage } from '@langchain/core/messages'
import type { RunnableConfig } from '@langchain/core/runnables'
import { DeltaSnapshot, uuid6 } from '@langchain/langgraph-checkpoint'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { put, putUnchanged, thread } from '../checkpoints.ts'
import type { Savers } from '../savers.ts'

const VALUES = {
  date: new Date('2026-01-02T03:04:05.678Z'),
  noDate: new Date(Number.NaN),
  bigint: 2n ** 80n,
  map: new Map<unknown, unknown>([[{ key: 1 }, new Date(0)]]),
  set: new Set([1, 'a', undefined]),
  numbers: [Number.NaN, Number.POSITIVE_INFINITY, -0, 0.1],
  missing: undefined,
  nothing: null,
  bytes: new Uint8Array([0, 1, 255]),
  pattern: /a+/gi,
  url: new URL('https://example.org/?q=1'),
  text: '\u2028 é 😀 "\\',
  nested: { list: [{ at: new Date(1), more: new Map([['n', 1n]]) }] },
  ofMarks: { $serde: ['json', 1], $descartes: { $date: 1 }, $date: 2 },
}

/** What comes back of the values that a graph stores. */
export function testValues(savers: () => Savers): void {
  test('gives values of every type back as they were, in channels, metadata and writes', async () => {
    const saver = await savers().saver()
    const config = await put(saver, thread('t'), { values: VALUES, metadata: { at: VALUES.date, none: undefined } })
    await saver.putWrites(config, Object.entries(VALUES), 'task')
    const tuple = await saver.getTuple(config)
    expect(tuple?.checkpoint.channel_values).toStrictEqual(VALUES)
    expect(tuple?.metadata).toStrictEqual({ source: 'loop', step: 0, parents: {}, at: VALUES.date, none: undefined })
    expect(Object.fromEntries(tuple?.pendingWrites?.map(([, channel, value]) => [channel, value]) ?? [])).toStrictEqual(
      VALUES,
    )
  })

  test('gives messages and other objects of LangChain back as what they were, beside plain values', async () => {
    const saver = await savers().saver()
    const values = {
      messages: [new HumanMessage('hello'), new AIMessage({ content: 'hi', additional_kwargs: { $serde: 1 } })],
      mixed: {
        at: new Date(5),
        by: new HumanMessage({ content: 'x', id: 'm1' }),
        all: new Map([['a', new AIMessage('y')]]),
      },
      failed: new Error('went wrong'),
      delta: new DeltaSnapshot([new Date(7), new HumanMessage('z')]),
    }
    const config = await put(saver, thread('t'), { values })
    const found = (await saver.getTuple(config))?.checkpoint.channel_values as typeof values
    expect(found).toEqual(values)
    expect(found.messages[1]).toBeInstanceOf(AIMessage)
    expect(found.mixed.by).toBeInstanceOf(HumanMessage)
    expect(found.mixed.all.get('a')).toBeInstanceOf(AIMessage)
    expect(found.delta.value[0]).toEqual(new Date(7))
  })

  test('gives any values back, however they are nested, and what stands in several places in each', async () => {
    const saver = await savers().saver()
    const leaf = fc.oneof(
      fc.anything({ maxDepth: 0, withBigInt: true, withDate: true }),
      fc.constant(new AIMessage('a')),
    )
    const key = fc.oneof(fc.constantFrom('$serde', '__proto__', 'lg_name', '$map'), fc.string({ unit: 'grapheme' }))
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('tree')),
        fc.dictionary(key, tie('tree'), { noNullPrototype: true }),
        fc.array(fc.tuple(leaf, tie('tree'))).map((entries) => new Map(entries)),
        fc.array(tie('tree')).map((items) => new Set(items)),
        tie('tree').map((value) => [value, { again: value }]),
        tie('tree').map((value) => new DeltaSnapshot(value)),
      ),
    }))
    let count = 0
    const comesBack = fc.asyncProperty(tree, async (value) => {
      count += 1
      const config = await put(saver, thread(`${count}`), { values: { value } })
      expect((await saver.getTuple(config))?.checkpoint.channel_values).toStrictEqual({ value })
      const next = await putUnchanged(saver, config, { value: 1 })
      expect((await saver.getTuple(next))?.checkpoint.channel_values).toStrictEqual({ value })
    })
    await fc.assert(comesBack, { numRuns: 200, seed: 20_261_123, endOnFailure: true })
  })

  test('gives an object back whose keys every object inherits, and what a Proxy answers', async () => {
    const saver = await savers().saver()
    const value = { inherited: 7, constructor: 2, asked: new Proxy({ a: 1 }, { get: () => 2 }) }
    Object.defineProperty(Object.prototype, 'inherited', { get: () => 1, set: () => {}, configurable: true })
    let config: RunnableConfig
    try {
      config = await put(saver, thread('t'), { values: { value } })
    } finally {
      delete (Object.prototype as { inherited?: unknown }).inherited
    }
    expect((await saver.getTuple(config))?.checkpoint.channel_values).toEqual({ value: { ...value, asked: { a: 2 } } })
  })

  test('keeps objects by a serializer of the caller, whatever it makes of them', async () => {
    const serde = {
      dumpsTyped: async (value: unknown): Promise<[string, Uint8Array]> => ['text', Buffer.from(String(value))],
      loadsTyped: async (type: string, data: Uint8Array | string) => `${type} ${Buffer.from(data).toString()}`,
    }
    class Point {
      toString = () => 'point'
    }
    const saver = await savers().saver({ serde })
    const config = await put(saver, thread('t'), { values: { at: [new Point(), new Date(3)], n: 1 } })
    const found = (await saver.getTuple(config))?.checkpoint.channel_values
    expect(found).toEqual({ at: ['text point', new Date(3)], n: 1 })
  })

  test('refuses what it could not give back, and names the place', async () => {
    const saver = await savers().saver()
    const circle: Record<string, unknown> = {}
    circle.self = circle
    const inAMap = new Map()
    inAMap.set('self', new Set([[inAMap]]))
    const holed = Object.assign(new Array(1), { named: 1 })
    const nothing = [new WeakMap(), new WeakSet()]
    const odd = [() => 1, Symbol('s'), circle, inAMap, new DeltaSnapshot([circle]), holed]
    const extended = [[], new Map(), new Set()].map((value) => Object.assign(value, { named: 1 }))
    const secret = [[1], { a: 1 }].map((value) => Object.assign(value, { [Symbol('s')]: 1 }))
    class Own extends Array {}
    const counting = { get next() { return 1 } } // biome-ignore format: one line
    const lost = new AIMessage({ content: 'x', response_metadata: { tokens: 5n } })
    await expect(put(saver, thread('t'), { values: { lost } })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      received: expect.stringMatching(/^AIMessage: \[unable to serialize/),
    })
    for (const value of [Promise.resolve(1), { later: [Promise.resolve(1)] }])
      await expect(put(saver, thread('t'), { values: { odd: value } })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        received: 'a Promise, which was not awaited',
      })
    for (const value of [...odd, ...nothing, ...extended, ...secret, Own.of(1), counting])
      await expect(put(saver, thread('t'), { values: { odd: value } })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        path: expect.stringContaining('state/values/odd'),
      })
    expect(await saver.getTuple(thread('t'))).toBeUndefined()
  })

  test('takes the values of a checkpoint as they are given when its parent was pruned', async () => {
    const { store } = await savers().place()
    const saver = new DescartesSaver(store)
    const parent = await put(saver, thread('t'), { values: { a: 1 } })
    await put(saver, parent, { values: { a: 2 } })
    await store.pruneRevisions({ keepLast: 1 })
    const next = {
      v: 4,
      id: uuid6(0),
      ts: '',
      channel_values: { a: 1 },
      channel_versions: { a: 1 },
      versions_seen: {},
    }
    const config = await saver.put(parent, next, { source: 'fork', step: 2, parents: {} }, {})
    expect((await saver.getTuple(config))?.checkpoint.channel_values).toEqual({ a: 1 })
  })

  test('stores of a step what has changed, not the whole', async () => {
    const { store } = await savers().place()
    const saver = new DescartesSaver(store)
    let config = thread('t')
    const messages: HumanMessage[] = []
    for (let i = 1; i <= 40; i++) {
      messages.push(new HumanMessage({ content: `message ${i} `.repeat(20), id: `m${i}` }))
      const versions = { messages: i }
      const values = { messages, unchanged: 'x'.repeat(1000) }
      const channel_versions = { messages: i, unchanged: 1 }
      const checkpoint = { v: 4, id: uuid6(0), ts: '', channel_values: values, channel_versions, versions_seen: {} }
      config = await saver.put(
        config,
        checkpoint,
        { source: 'loop', step: i, parents: {} },
        i === 1 ? channel_versions : versions,
      )
    }
    const { items } = await store.listRevisions('["t",""]', { limit: 40 })
    const whole = items.reduce((sum, { size }) => sum + size, 0)
    const stored = items.reduce((sum, { storedBytes }) => sum + storedBytes, 0)
    expect(items).toHaveLength(40)
    expect(stored).toBeLessThan(whole / 10)
    const tuple = await saver.getTuple(config)
    expect(tuple?.checkpoint.channel_values).toEqual({ messages, unchanged: 'x'.repeat(1000) })
  })
}
