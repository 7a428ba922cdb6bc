import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { OpenStore } from './stores.ts'

const NAMESPACE = ['m']
const MINUTE = 60_000

/** Items that live for a time, on a clock that the test sets. */
export function testExpiry(open: OpenStore): void {
  let start: number
  beforeEach(() => {
    start = Date.now()
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: start })
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  const at = (ms: number) => vi.setSystemTime(start + ms)

  const seen = async (store: Awaited<ReturnType<OpenStore>>) => ({
    get: await store.get(NAMESPACE, 'k'),
    search: await store.search(NAMESPACE),
    query: await store.search(NAMESPACE, { query: 'jazz' }),
    namespaces: await store.listNamespaces(),
  })
  const NOTHING = { get: null, search: [], query: [], namespaces: [] }

  test('shows an item until its minutes are over, and not from the very moment on', async () => {
    const store = await open({ ttl: { defaultTtl: 10, refreshOnRead: false } })
    await store.put(NAMESPACE, 'k', { likes: 'jazz' })
    at(10 * MINUTE - 1)
    expect(await seen(store)).toMatchObject({ get: { key: 'k' }, search: [{}], query: [{}], namespaces: [NAMESPACE] })
    at(10 * MINUTE)
    expect(await seen(store)).toEqual(NOTHING)
  })

  test('takes the minutes of a put before the default, and null for good', async () => {
    const store = await open({ ttl: { defaultTtl: 10, refreshOnRead: false } })
    await store.put(NAMESPACE, 'short', {}, undefined, { ttl: 0.5 })
    await store.put(NAMESPACE, 'good', {}, undefined, { ttl: null })
    await store.put(NAMESPACE, 'default', {})
    const keys = async () => (await store.search([])).map(({ key }) => key)
    at(MINUTE / 2)
    expect(await keys()).toEqual(['default', 'good'])
    at(10 * MINUTE)
    expect(await keys()).toEqual(['good'])
    const plain = await open()
    await plain.put(NAMESPACE, 'k', {}, undefined, { ttl: 1 })
    await plain.put(NAMESPACE, 'good', {})
    at(11 * MINUTE)
    expect(await plain.search([])).toHaveLength(1)
  })

  test.each(['get', 'search', 'query'] as const)(
    'lets an item live as long again when it is read by %s',
    async (way) => {
      const store = await open({ ttl: { defaultTtl: 10 } })
      await store.put(NAMESPACE, 'k', { likes: 'jazz' })
      const read = async () => {
        if (way === 'get') return (await store.get(NAMESPACE, 'k')) === null ? 0 : 1
        return (await store.search(NAMESPACE, way === 'query' ? { query: 'jazz' } : {})).length
      }
      for (const minutes of [9, 18, 27]) {
        at(minutes * MINUTE)
        expect(await read()).toBe(1)
      }
      at(37 * MINUTE)
      expect(await seen(store)).toEqual(NOTHING)
    },
  )

  test('refreshes what a batch reads, and stores what it puts, in one', async () => {
    const store = await open({ ttl: { defaultTtl: 10 } })
    await store.put(NAMESPACE, 'read', {})
    await store.put(NAMESPACE, 'both', { step: 1 })
    at(9 * MINUTE)
    await store.batch([
      { namespace: NAMESPACE, key: 'read' },
      { namespace: NAMESPACE, key: 'both' },
      { namespace: NAMESPACE, key: 'both', value: { step: 2 } },
    ])
    at(18 * MINUTE)
    expect((await store.search(NAMESPACE)).map(({ key, value }) => [key, value])).toEqual([
      ['both', { step: 2 }],
      ['read', {}],
    ])
  })

  test('puts anew what has expired', async () => {
    const store = await open({ ttl: { defaultTtl: 10 } })
    await store.put(NAMESPACE, 'k', { old: true })
    at(20 * MINUTE)
    await store.put(NAMESPACE, 'k', { new: true })
    expect(await store.get(NAMESPACE, 'k')).toMatchObject({
      value: { new: true },
      createdAt: new Date(start + 20 * MINUTE),
    })
  })

  test('sweeps when it was started, until it is stopped', async () => {
    const store = await open({ ttl: { defaultTtl: 10, sweepIntervalMinutes: 30 } })
    const sweep = vi.spyOn(store, 'sweepExpiredItems')
    for (const key of ['a', 'b']) await store.put(NAMESPACE, key, {})
    store.start()
    store.start()
    vi.advanceTimersByTime(30 * MINUTE)
    expect(sweep).toHaveBeenCalledTimes(1)
    expect(await sweep.mock.results[0]?.value).toBe(2)
    store.stop()
    vi.advanceTimersByTime(300 * MINUTE)
    expect(sweep).toHaveBeenCalledTimes(1)
    expect(await store.sweepExpiredItems()).toBe(0)
  })

  test('refuses times that are none', async () => {
    for (const minutes of [0, -1, Number.NaN, Infinity, '1', null, 1e12]) {
      if (minutes !== null)
        await expect(open({ ttl: { defaultTtl: minutes as number } })).rejects.toMatchObject({ path: 'ttl/defaultTtl' })
      const sweeping = open({ ttl: { sweepIntervalMinutes: minutes as number } })
      await expect(sweeping).rejects.toMatchObject({ code: 'INVALID_INPUT', path: 'ttl/sweepIntervalMinutes' })
    }
    await expect(open({ ttl: 7 as never })).rejects.toMatchObject({ path: 'ttl' })
    await expect(open({ ttl: { refreshOnRead: 1 as never } })).rejects.toMatchObject({ path: 'ttl/refreshOnRead' })
    await expect(open({ index: 'title' as never })).rejects.toMatchObject({ path: 'index' })
  })
}
