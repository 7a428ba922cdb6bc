import { HumanMessage } from '@langchain/core/messages'
import type { Operation } from '@langchain/langgraph-checkpoint'
import { expect, test } from 'vitest'
import type { OpenStore } from './stores.ts'

const NAMESPACE = ['users', '123']
const put = (key: string, value: object | null): Operation => ({ namespace: NAMESPACE, key, value })
const get = (key: string): Operation => ({ namespace: NAMESPACE, key })

/** Puts, gets and deletes, alone and together. */
export function testBatches(open: OpenStore): void {
  test('gives an item back as it was put, whatever types are in it', async () => {
    const store = await open()
    const value = {
      at: new Date('2026-05-06T00:00:00Z'),
      sum: 2n ** 70n,
      none: Number.NaN,
      map: new Map([['k', new Set([1])]]),
      ['__proto__']: 'a field',
      message: new HumanMessage('I like jazz'),
    }
    await store.put(NAMESPACE, 'k', value)
    const item = await store.get(NAMESPACE, 'k')
    const times = { createdAt: expect.any(Date), updatedAt: expect.any(Date) }
    expect(item).toEqual({ namespace: NAMESPACE, key: 'k', value, ...times })
    expect(item?.value.message).toBeInstanceOf(HumanMessage)
    expect(await store.get(NAMESPACE, 'other')).toBeNull()
  })

  test('replaces an item, keeps when it was made, and deletes it', async () => {
    const store = await open()
    await store.put(NAMESPACE, 'k', { a: 1 })
    const first = await store.get(NAMESPACE, 'k')
    await store.put(NAMESPACE, 'k', { b: 2 })
    const second = await store.get(NAMESPACE, 'k')
    expect(second).toMatchObject({ value: { b: 2 }, createdAt: first?.createdAt })
    expect(second?.value).toEqual({ b: 2 })
    await store.delete(NAMESPACE, 'k')
    await store.delete(NAMESPACE, 'k')
    expect(await store.get(NAMESPACE, 'k')).toBeNull()
  })

  test('reads in a batch what was there before it, and lets the last put of a key win', async () => {
    const store = await open()
    await store.put(NAMESPACE, 'k', { step: 1 })
    const search: Operation = { namespacePrefix: ['users'], limit: 10, offset: 0 }
    const listing: Operation = { limit: 10, offset: 0, matchConditions: [] }
    const operations = [put('k', { step: 2 }), get('k'), search, put('n', { step: 1 }), listing, put('k', { step: 3 })]
    const results = await store.batch([...operations, put('n', null), get('n')])
    expect(results).toMatchObject([
      undefined,
      { value: { step: 1 } },
      [{ key: 'k' }],
      undefined,
      [NAMESPACE],
      undefined,
      undefined,
      null,
    ])
    expect((await store.get(NAMESPACE, 'k'))?.value).toEqual({ step: 3 })
    expect(await store.get(NAMESPACE, 'n')).toBeNull()
    expect(await store.batch([])).toEqual([])
  })

  test('stores nothing of a batch in which one put is refused', async () => {
    const store = await open()
    await store.put(NAMESPACE, 'kept', { a: 1 })
    const circle: Record<string, unknown> = {}
    Object.assign(circle, { left: circle, right: circle })
    const bomb = Array.from({ length: 64 }).reduce<object>((inner) => ({ left: inner, right: inner }), { text: 'x' })
    const deep = Array.from({ length: 100_000 }).reduce<object>((inner) => ({ inner }), {})
    const lossy = [Object.assign([1], { more: 2 }), { [Symbol('s')]: 1 }, new (class extends Map {})()]
    const refused = [
      circle,
      bomb,
      deep,
      ...lossy.map((value) => ({ value })),
      { f: () => 1 },
      { s: '\uD800' },
      { text: 'x'.repeat(1024 * 1024 + 1) },
    ]
    for (const value of refused) {
      const batch = store.batch([put('kept', null), put('new', { a: 1 }), put('bad', value), put('more', { a: 1 })])
      await expect(batch).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    }
    expect((await store.search([])).map(({ key, value }) => [key, value])).toEqual([['kept', { a: 1 }]])
  })

  test('puts many items in one batch, in their order, and deletes others', async () => {
    const store = await open()
    await store.batch(['a', 'b', 'c'].map((key) => put(key, { key })))
    const text = 'museum '.repeat(20_000)
    const many = Array.from({ length: 250 }, (_, i) => put(`${i}`, i % 50 === 0 ? { i, text } : { i }))
    await store.batch([put('a', null), ...many, put('b', null), put('7', { i: 'again' })])
    const found = await store.search(NAMESPACE, { limit: 1000 })
    const wanted = Array.from({ length: 250 }, (_, i) => `${249 - i}`)
    expect(found.map(({ key }) => key)).toEqual([...wanted, 'c'])
    expect(found.find(({ key }) => key === '7')?.value).toEqual({ i: 'again' })
    expect(await store.search(NAMESPACE, { query: 'museum', limit: 10 })).toHaveLength(5)
  })

  test('keeps batches that are carried out at once apart', async () => {
    const store = await open()
    const batches = Array.from({ length: 20 }, (_, i) => store.batch(['a', 'b', 'c'].map((key) => put(key, { i }))))
    await Promise.all(batches)
    const values = (await store.search(NAMESPACE)).map(({ value }) => value.i)
    expect(values).toEqual([values[0], values[0], values[0]])
  })

  test('names what is wrong with an operation, and stores nothing', async () => {
    const store = await open()
    const bad: [unknown, string][] = [
      [null, 'operations/0'],
      [{ namespace: 'users', key: 'k' }, 'namespace'],
      [{ namespace: NAMESPACE, key: 7 }, 'key'],
      [{ ...put('k', {}), key: 7n }, 'key'],
      [{ namespace: ['e\u0301'], key: 'k' }, 'namespace'],
      [{ namespace: ['x'.repeat(1021)], key: 'k' }, 'namespace'],
      ...[undefined, 7, 'text', [1]].map((value): [unknown, string] => [{ ...put('k', {}), value }, 'value']),
      ...[true, 'text', [7], {}].map((index): [unknown, string] => [{ ...put('k', {}), index }, 'index']),
      ...[0, -1, Number.NaN, '1'].map((ttl): [unknown, string] => [
        { ...put('k', {}), options: { ttl } },
        'options/ttl',
      ]),
      ...[-1, 1.5, '1', Number.NaN].map((limit): [unknown, string] => [{ namespacePrefix: [], limit }, 'limit']),
      [{ namespacePrefix: [], offset: -1 }, 'offset'],
      [{ namespacePrefix: [], filter: 7 }, 'filter'],
      [{ namespacePrefix: [], query: 7 }, 'query'],
      [{ matchConditions: [{ matchType: 'infix', path: [] }] }, 'matchConditions/0/matchType'],
      [{ matchConditions: [{ matchType: 'prefix', path: 'a' }] }, 'matchConditions/0/path'],
      [{ maxDepth: 0 }, 'maxDepth'],
    ]
    for (const [operation, path] of bad) {
      const batch = store.batch([operation as Operation, put('k', { a: 1 })])
      await expect(batch, path).rejects.toMatchObject({ code: 'INVALID_INPUT', path })
    }
    await expect(store.batch(7 as never)).rejects.toMatchObject({ path: 'operations' })
    expect(await store.search([])).toEqual([])
  })

  test('refuses options that it does not know, and says how to keep a value of too much text', async () => {
    for (const [options, path] of [
      [{ namspace: 'x' }, 'options/namspace'],
      [{ ttl: { default_ttl: 5 } }, 'ttl/default_ttl'],
      ['x', 'options'],
    ] as const)
      await expect(open(options as never)).rejects.toMatchObject({ code: 'INVALID_INPUT', path })
    const store = await open()
    const value = { text: 'x'.repeat(2 ** 20 + 1) }
    await expect(store.put(NAMESPACE, 'k', value)).rejects.toMatchObject({
      path: 'value',
      message: expect.stringContaining('index: false'),
    })
    await store.put(NAMESPACE, 'k', value, false)
    expect((await store.get(NAMESPACE, 'k'))?.value).toEqual(value)
  })

  test('refuses the namespaces that LangGraph refuses', async () => {
    const store = await open()
    for (const namespace of [[], ['a.b'], ['a:b'], [''], ['a\0'], [7], ['langgraph']])
      await expect(store.put(namespace as string[], 'k', {})).rejects.toMatchObject({ name: 'InvalidNamespaceError' })
    await expect(store.get([], 'k')).rejects.toMatchObject({ name: 'InvalidNamespaceError' })
    expect(await store.get(['langgraph'], 'k')).toBeNull()
  })
}
