import { expect, test } from 'vitest'
import type { OpenStore } from './stores.ts'

const LABELS = ['a', 'a"', '"', 'a","b', ']', 'a\\', ',', '%', '_', '*', 'A', 'é', '東京', '__proto__', ' ', '\n']

/** Namespaces, whatever stands in their labels. */
export function testNamespaces(open: OpenStore): void {
  test('keeps namespaces apart, whatever stands in their labels', async () => {
    const store = await open()
    const namespaces = LABELS.flatMap((label) => [[label], [label, 'x'], ['x', label]])
    for (const namespace of namespaces) await store.put(namespace, 'k', { namespace })
    const all = await store.search([], { limit: 1000 })
    expect(all.map(({ namespace }) => namespace)).toEqual(namespaces.toReversed())
    for (const namespace of namespaces) {
      expect((await store.get(namespace, 'k'))?.value).toEqual({ namespace })
      const below = namespaces.filter((one) => namespace.every((label, i) => one[i] === label)).toReversed()
      const found = await store.search(namespace, { limit: 1000 })
      expect(found.map((item) => item.namespace)).toEqual(below)
    }
  })

  test('lists namespaces by prefix, suffix and wildcards, to a depth, parents first', async () => {
    const store = await open()
    const namespaces = [['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'd', 'c'], ['b', 'c'], ['ab', 'c'], ['B']]
    for (const namespace of namespaces.toReversed()) for (const key of ['1', '2']) await store.put(namespace, key, {})
    const sorted = [['B'], ['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'd', 'c'], ['ab', 'c'], ['b', 'c']]
    expect(await store.listNamespaces()).toEqual(sorted)
    expect(await store.listNamespaces({ prefix: ['a'] })).toEqual(sorted.slice(1, 5))
    expect(await store.listNamespaces({ prefix: ['a', '*', 'c'] })).toEqual(sorted.slice(3, 5))
    expect(await store.listNamespaces({ prefix: ['*', 'c'] })).toEqual(sorted.slice(5))
    expect(await store.listNamespaces({ suffix: ['c'] })).toEqual(sorted.slice(3))
    expect(await store.listNamespaces({ suffix: ['*', 'c'], prefix: ['a'] })).toEqual(sorted.slice(3, 5))
    expect(await store.listNamespaces({ maxDepth: 1 })).toEqual([['B'], ['a'], ['ab'], ['b']])
    expect(await store.listNamespaces({ maxDepth: 2, prefix: ['a'], offset: 1, limit: 1 })).toEqual([['a', 'b']])
    expect(await store.listNamespaces({ prefix: ['none'] })).toEqual([])
    await store.batch(['1', '2'].map((key) => ({ namespace: ['B'], key, value: null })))
    expect(await store.listNamespaces({ limit: 2 })).toEqual([['a'], ['a', 'b']])
  })

  test('lists more namespaces than a page holds', async () => {
    const store = await open()
    const namespaces = Array.from({ length: 250 }, (_, i) => ['n', String(i).padStart(3, '0')])
    await store.batch(namespaces.map((namespace) => ({ namespace, key: 'k', value: {} })))
    expect(await store.listNamespaces({ limit: 1000 })).toEqual(namespaces)
    expect(await store.listNamespaces({ offset: 120 })).toEqual(namespaces.slice(120, 220))
  })
}
