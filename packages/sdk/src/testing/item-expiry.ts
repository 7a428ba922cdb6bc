import { expect } from 'vitest'
import type { StateStore } from '../state-store.ts'
import type { ContractTests } from './harness.ts'
import { range } from './samples.ts'

const PATH = ['m']
const HOUR = 3_600_000

/** Saves an item, and comes back when its time is over. */
async function saveExpired(store: StateStore, key: string): Promise<Date> {
  const { expiresAt } = await store.saveItem({ path: PATH, key, value: 'old', text: 'apple', ttlMs: 1 })
  while (Date.now() < (expiresAt as Date).getTime()) await new Promise((resolve) => setTimeout(resolve, 1))
  return expiresAt as Date
}

/** Items that live for a time. */
export const itemExpiry: ContractTests = {
  'ttlMs counts from now': async ({ store }) => {
    const before = Date.now()
    const { expiresAt } = await store.saveItem({ path: PATH, key: 'k', value: 1, ttlMs: HOUR })
    expect((expiresAt as Date).getTime()).toBeGreaterThanOrEqual(before + HOUR)
    expect((expiresAt as Date).getTime()).toBeLessThanOrEqual(Date.now() + HOUR)
    expect(await store.getItem(PATH, 'k')).toMatchObject({ expiresAt })
  },

  'an item is there until the very moment that it expires, and never after': async ({ store }) => {
    const saved = await store.saveItem({ path: PATH, key: 'k', value: 1, ttlMs: 30 })
    const expires = (saved.expiresAt as Date).getTime()
    for (;;) {
      const asked = Date.now()
      const found = await store.getItem(PATH, 'k')
      if (found === null) {
        expect(Date.now()).toBeGreaterThanOrEqual(expires)
        return
      }
      expect(asked).toBeLessThan(expires)
    }
  },

  'no read gives an item whose time is over': async ({ store }) => {
    await saveExpired(store, 'k')
    const kept = await store.saveItem({ path: [...PATH, 'n'], key: 'kept', value: 1, text: 'apple', ttlMs: HOUR })
    expect(await store.getItem(PATH, 'k')).toBeNull()
    expect((await store.listItems()).items).toEqual([kept])
    expect((await store.searchItems('apple')).items.map(({ item }) => item)).toEqual([kept])
    expect((await store.listItemPaths()).items).toEqual([kept.path])
    expect(await store.refreshItems([{ path: PATH, key: 'k' }])).toBe(0)
    expect(await store.getItem(PATH, 'k')).toBeNull()
    expect(await store.deleteItem(PATH, 'k')).toBe(false)
  },

  'an item that is saved after its time was over is a new one': async ({ store }) => {
    const expiresAt = await saveExpired(store, 'k')
    const saved = await store.saveItem({ path: PATH, key: 'k', value: 'new' })
    expect(saved.createdAt.getTime()).toBeGreaterThanOrEqual(expiresAt.getTime())
    expect(await store.getItem(PATH, 'k')).toEqual(saved)
  },

  'a refreshed item lives as long again, and stays where it is in lists': async ({ store }) => {
    const short = await store.saveItem({ path: PATH, key: 'short', value: 1, ttlMs: HOUR })
    const long = await store.saveItem({ path: PATH, key: 'long', value: 2, ttlMs: 10 * HOUR })
    const good = await store.saveItem({ path: PATH, key: 'for good', value: 3 })
    while (Date.now() <= long.updatedAt.getTime()) await new Promise((resolve) => setTimeout(resolve, 1))
    const before = Date.now()
    expect(
      await store.refreshItems(
        [short, long, good, { path: PATH, key: 'none' }].map(({ path, key }) => ({ path, key })),
      ),
    ).toBe(2)
    const { items } = await store.listItems()
    expect(items.map(({ expiresAt: _, ...item }) => item)).toEqual(
      [good, long, short].map(({ expiresAt: _, ...item }) => item),
    )
    for (const [i, lives] of [
      [1, 10 * HOUR],
      [2, HOUR],
    ] as const) {
      const expires = items[i]?.expiresAt?.getTime()
      expect(expires).toBeGreaterThanOrEqual(before + lives)
      expect(expires).toBeLessThanOrEqual(Date.now() + lives)
    }
    expect(items[0]?.expiresAt).toBeNull()
    expect(await store.refreshItems([])).toBe(0)
  },

  'deleteExpiredItems deletes what is over, however many, and nothing else': async ({ store }) => {
    const kept = await store.saveItem({ path: PATH, key: 'kept', value: 1, ttlMs: HOUR })
    const others = store.withNamespace('other')
    await saveExpired(others, 'theirs')
    await store.transact(async (tx) => {
      for (const i of range(1_100)) await tx.saveItem({ path: PATH, key: `${i}`, value: i, text: 'apple', ttlMs: 1 })
    })
    await saveExpired(store, 'last')
    expect(await store.deleteExpiredItems()).toBe(1_101)
    expect(await store.deleteExpiredItems()).toBe(0)
    expect((await store.listItems()).items).toEqual([kept])
    expect(await others.deleteExpiredItems()).toBe(1)
  },

  'deleteExpiredItems deletes all that is over, however long its texts are': async ({ store }) => {
    for (const i of range(5))
      await store.saveItem({ path: PATH, key: `${i}`, value: i, text: `word${i} `.repeat(75_000), ttlMs: 1 })
    await saveExpired(store, 'last')
    expect(await store.deleteExpiredItems()).toBe(6)
    expect(await store.deleteExpiredItems()).toBe(0)
  },
}
