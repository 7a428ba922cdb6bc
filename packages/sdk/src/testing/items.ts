import { expect } from 'vitest'
import type { StateInput } from '../json-value.ts'
import { allPages } from './all-pages.ts'
import type { ContractTests } from './harness.ts'
import { range, STRANGE_WORDS } from './samples.ts'

const PATH = ['users', '123']
/** Labels that could be taken for the end of one, or the beginning of the next. */
const LABELS = [
  'a',
  'a"',
  '"',
  'a","b',
  'a]',
  'a\\',
  'a,',
  '[',
  ']',
  'ab',
  'a%',
  'A',
  'é',
  '東京',
  '\u{10ffff}',
  '\n',
  '\u007f',
]

const startsWith = (path: readonly string[], prefix: readonly string[]) => prefix.every((label, i) => path[i] === label)

/** Values by path and key. */
export const items: ContractTests = {
  'an item comes back as it was saved': async ({ store }) => {
    const value = { theme: 'dark', sizes: [1, 2] }
    const saved = await store.saveItem({ path: PATH, key: 'settings', value })
    const times = { createdAt: expect.any(Date), updatedAt: saved.createdAt, expiresAt: null }
    expect(saved).toEqual({ path: PATH, key: 'settings', value, ...times })
    expect(await store.getItem(PATH, 'settings')).toEqual(saved)
    expect((await store.listItems()).items).toEqual([saved])
    expect(await store.getItem(PATH, 'other')).toBeNull()
    expect(await store.getItem(['users'], 'settings')).toBeNull()
    expect(await store.getItem([...PATH, 'more'], 'settings')).toBeNull()
  },

  'a value of any kind comes back the same': async ({ store }) => {
    const values = [
      null,
      0,
      '',
      [],
      {},
      new Date(1),
      2n ** 70n,
      new Map([['k', new Set([Number.NaN])]]),
      new Uint8Array(3),
    ]
    for (const value of values as StateInput[]) {
      await store.saveItem({ path: PATH, key: 'k', value })
      expect((await store.getItem(PATH, 'k'))?.value).toEqual(value)
    }
  },

  'an item that is saved again is replaced whole; the last one wins': async ({ store }) => {
    const first = await store.saveItem({ path: PATH, key: 'k', value: { a: 1 }, text: 'apple', ttlMs: 600_000 })
    const second = await store.saveItem({ path: PATH, key: 'k', value: { b: 2 } })
    expect(second).toMatchObject({ value: { b: 2 }, createdAt: first.createdAt, expiresAt: null })
    expect(second.updatedAt.getTime()).toBeGreaterThanOrEqual(first.updatedAt.getTime())
    expect(await store.getItem(PATH, 'k')).toEqual(second)
    expect((await store.listItems()).items).toEqual([second])
    expect((await store.searchItems('apple')).items).toEqual([])
  },

  'a deleted item is gone, and can be saved anew': async ({ store }) => {
    await store.saveItem({ path: PATH, key: 'k', value: 1, text: 'apple' })
    expect(await store.deleteItem(PATH, 'k')).toBe(true)
    expect(await store.deleteItem(PATH, 'k')).toBe(false)
    expect(await store.getItem(PATH, 'k')).toBeNull()
    expect((await store.listItems()).items).toEqual([])
    expect((await store.listItemPaths()).items).toEqual([])
    expect((await store.searchItems('apple')).items).toEqual([])
    expect(await store.saveItem({ path: PATH, key: 'k', value: 2 })).toMatchObject({ value: 2 })
  },

  'items are listed by whole labels of their paths, whatever is in them': async ({ store }) => {
    const paths = LABELS.flatMap((label) => [[label], [label, 'x'], [label, 'x', label], ['x', label]])
    for (const path of paths) await store.saveItem({ path, key: 'k', value: path })
    const whole = await allPages((page) => store.listItems(page), 7)
    expect(whole.map(({ path }) => path)).toEqual(paths.toReversed())
    for (const pathPrefix of [...paths, [], ['none'], ['a', 'y'], ['x', 'x']]) {
      const { items: found } = await store.listItems({ pathPrefix })
      const wanted = whole.filter(({ path }) => startsWith(path, pathPrefix))
      expect(found, JSON.stringify(pathPrefix)).toEqual(wanted)
      const listed = await allPages((page) => store.listItemPaths({ ...page, pathPrefix }), 3)
      expect(listed.map((path) => JSON.stringify(path)).sort()).toEqual(
        wanted.map(({ path }) => JSON.stringify(path)).sort(),
      )
    }
    for (const path of paths) expect((await store.getItem(path, 'k'))?.value).toEqual(path)
  },

  'items are listed with the one first that was saved last, even within one millisecond': async ({ store }) => {
    for (const i of range(30)) await store.saveItem({ path: ['n', `${i % 3}`], key: `${i}`, value: i })
    await store.saveItem({ path: ['n', '0'], key: '0', value: 'again' })
    const values = async (filter: object) => (await store.listItems(filter)).items.map(({ value }) => value)
    const newestFirst = range(30).toReversed().slice(0, -1)
    expect(await values({})).toEqual(['again', ...newestFirst])
    expect(await values({ pathPrefix: ['n', '1'] })).toEqual(newestFirst.filter((i) => i % 3 === 1))
  },

  'paths are listed once each, however many items they have': async ({ store }) => {
    for (const i of range(60)) await store.saveItem({ path: ['p', `${i % 4}`], key: `${i}`, value: i })
    await store.saveItem({ path: ['p'], key: 'k', value: 1 })
    const paths = await allPages((page) => store.listItemPaths(page), 2)
    expect(paths).toEqual([['p', '0'], ['p', '1'], ['p', '2'], ['p', '3'], ['p']])
  },

  'keys are ordinary text': async ({ store }) => {
    for (const word of STRANGE_WORDS) {
      const saved = await store.saveItem({ path: [word], key: word, value: { [word]: word }, text: word })
      expect(await store.getItem([word], word)).toEqual(saved)
      expect((await store.listItems({ pathPrefix: [word] })).items).toEqual([saved])
    }
  },

  'items that are saved together, in one transaction or at once, are all there': async ({ store }) => {
    const abandoned = store.transact(async (tx) => {
      await tx.saveItem({ path: PATH, key: 'lost', value: 1, text: 'apple' })
      expect((await tx.searchItems('apple')).items).toHaveLength(1)
      throw new Error('abandoned')
    })
    await expect(abandoned).rejects.toThrow('abandoned')
    expect((await store.listItems()).items).toEqual([])
    await Promise.all(range(100).map((i) => store.saveItem({ path: PATH, key: `${i % 50}`, value: i, text: 'apple' })))
    expect((await store.listItems()).items).toHaveLength(50)
    expect(await allPages((page) => store.searchItems('apple', page), 20)).toHaveLength(50)
  },

  'items that are saved by one call are saved in their order, all or none': async ({ store }) => {
    const first = await store.saveItem({ path: PATH, key: 'a', value: 0, text: 'apple', ttlMs: 600_000 })
    await store.saveItems([
      { path: PATH, key: 'a', value: 1, text: 'banana' },
      { path: PATH, key: 'b', value: 1 },
      { path: [...PATH, 'c'], key: 'c', value: new Date(3), ttlMs: 600_000 },
      { path: PATH, key: 'b', value: 2, text: 'banana' },
    ])
    const { items: listed } = await store.listItems()
    expect(listed.map(({ key, value }) => [key, value])).toEqual([
      ['b', 2],
      ['c', new Date(3)],
      ['a', 1],
    ])
    expect(listed.map(({ expiresAt }) => expiresAt !== null)).toEqual([false, true, false])
    expect(listed[2]?.createdAt).toEqual(first.createdAt)
    expect((await store.searchItems('apple')).items).toEqual([])
    expect((await store.searchItems('banana')).items).toHaveLength(2)
    const refused = store.saveItems([
      { path: PATH, key: 'd', value: 1 },
      { path: PATH, key: 'e', value: Symbol('s') as never },
    ])
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_INPUT', path: 'inputs/1/value' })
    expect((await store.listItems()).items).toEqual(listed)
    expect(await store.saveItems([])).toBeUndefined()
    await Promise.all(
      range(10).map((i) =>
        store.saveItems(range(100).map((j) => ({ path: ['many'], key: `${i % 2 === 0 ? j : 99 - j}`, value: i }))),
      ),
    )
    const { items: many } = await store.listItems({ pathPrefix: ['many'], limit: 1000 })
    expect(new Set(many.map(({ value }) => value)).size).toBe(1)
  },

  'items that are saved by one call within a transaction go with it': async ({ store }) => {
    const abandoned = store.transact(async (tx) => {
      await tx.saveItems(range(3).map((i) => ({ path: PATH, key: `${i}`, value: i, text: 'apple' })))
      expect((await tx.searchItems('apple')).items).toHaveLength(3)
      throw new Error('abandoned')
    })
    await expect(abandoned).rejects.toThrow('abandoned')
    expect((await store.listItems()).items).toEqual([])
  },

  'items that Prisma makes and changes are listed and found as any other': async ({ store }) => {
    const path = JSON.stringify(PATH)
    await store.saveItem({ path: PATH, key: 'a', value: 1, text: 'apple' })
    await store.prisma.item.create({ data: { path, key: 'b', text: 'cherry', value: '{"b":2}' } })
    await store.prisma.item.updateMany({ where: { key: 'a' }, data: { text: 'banana', value: '7' } })
    const { items: listed } = await store.listItems()
    expect(listed.map(({ key, value }) => [key, value])).toEqual([
      ['b', { b: 2 }],
      ['a', 7],
    ])
    for (const [word, key] of [
      ['cherry', 'b'],
      ['banana', 'a'],
    ] as const)
      expect((await store.searchItems(word)).items.map(({ item }) => item.key)).toEqual([key])
    expect((await store.searchItems('apple')).items).toEqual([])
    expect(await store.saveItem({ path: PATH, key: 'b', value: 3 })).toMatchObject({ value: 3 })
    expect((await store.searchItems('cherry')).items).toEqual([])
    expect(await store.withNamespace('other').prisma.item.count()).toBe(0)
  },

  'an item that Prisma gave a path that is none is a typed error': async ({ store }) => {
    await store.prisma.item.create({ data: { path: '["p"', key: 'k', value: '1' } })
    for (const read of [() => store.listItems(), () => store.listItemPaths()])
      await expect(read()).rejects.toMatchObject({ code: 'CORRUPT_DATA', column: 'items.path' })
  },
}
