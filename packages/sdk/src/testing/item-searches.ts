import { expect } from 'vitest'
import { allPages } from './all-pages.ts'
import type { ContractTests } from './harness.ts'
import { range } from './samples.ts'

const keys = ({ items }: { items: { item: { key: string } }[] }) => items.map(({ item }) => item.key)

/** Full-text search over the texts of items. */
export const itemSearches: ContractTests = {
  'items are found by all the words of their text, in any order, case or accent': async ({ store }) => {
    const saved = await store.saveItem({ path: ['m'], key: 'k', value: 1, text: 'Le café était FERMÉ, hélas' })
    await store.saveItem({ path: ['m'], key: 'none', value: 'café ferme' })
    await store.saveItem({ path: ['m'], key: 'other', value: 1, text: 'Nothing of the kind' })
    for (const query of ['café', 'CAFE', 'ferme cafe', 'hélas!']) {
      const { items } = await store.searchItems(query)
      expect(items).toEqual([{ item: saved, score: expect.any(Number), snippet: expect.stringMatching(/\[.*\]/) }])
    }
    for (const query of ['caf', 'café nothing', 'absent']) expect(keys(await store.searchItems(query))).toEqual([])
  },

  'the best items come first, of this path and what is below it alone': async ({ store }) => {
    const save = (path: string[], key: string, text: string) => store.saveItem({ path, key, value: 1, text })
    await save(['a'], 'weak', `apple ${'other words here '.repeat(30)}`)
    await save(['a', 'b'], 'strong', 'apple apple pie')
    await save(['ab'], 'elsewhere', 'apple')
    await save(['a"'], 'quoted', 'apple')
    const { items } = await store.searchItems('apple', { pathPrefix: ['a'] })
    expect(keys({ items })).toEqual(['strong', 'weak'])
    expect(items[0]?.score).toBeGreaterThan(items[1]?.score as number)
    expect(keys(await store.searchItems('apple', { pathPrefix: ['a', 'b'] }))).toEqual(['strong'])
    expect(keys(await store.searchItems('apple')).sort()).toEqual(['elsewhere', 'quoted', 'strong', 'weak'])
    expect(keys(await store.withNamespace('other').searchItems('apple'))).toEqual([])
  },

  'any text is taken as words by a search of items, too': async ({ store }) => {
    await store.saveItem({ path: ['m'], key: 'k', value: 1, text: 'foo OR bar; C++ and col:x are NOT NEAR "quotes"' })
    for (const query of ['foo OR', 'c++', 'col:x', 'NEAR(', '-x', '^foo', 'foo*', '"quotes"', 'NOT'])
      expect(keys(await store.searchItems(query)), query).toEqual(['k'])
    for (const query of ['"', '*', `'; drop table items`, '('.repeat(1000)])
      expect(keys(await store.searchItems(query)), query).toEqual([])
    for (const query of ['', ' \t', 'x'.repeat(1025), 'w '.repeat(33), 'a\0b', null])
      await expect(store.searchItems(query as string)).rejects.toMatchObject({ code: 'INVALID_INPUT', path: 'query' })
  },

  'a new text takes the place of the old one in the search': async ({ store }) => {
    await store.saveItem({ path: ['m'], key: 'k', value: 1, text: 'apple pie' })
    await store.saveItem({ path: ['m'], key: 'k', value: 1, text: 'cherry pie' })
    expect(keys(await store.searchItems('apple'))).toEqual([])
    expect(keys(await store.searchItems('pie'))).toEqual(['k'])
  },

  'a page goes on with items that match, whatever is deleted and saved in between': async ({ store }) => {
    const save = (key: string, text: string) => store.saveItem({ path: ['m'], key, value: 1, text })
    await save('good', 'apple apple')
    await save('fair', 'apple pie')
    await save('newest', `apple ${'other words here '.repeat(30)}`)
    const { items, nextCursor } = await store.searchItems('apple', { limit: 1 })
    expect(keys({ items })).toEqual(['good'])
    await store.deleteItem(['m'], 'newest')
    await save('other', 'banana')
    expect(keys(await store.searchItems('apple', { cursor: nextCursor as string }))).toEqual(['fair'])
  },

  'however many items a search finds, its pages hold each once': async ({ store }) => {
    await store.transact(async (tx) => {
      for (const i of range(300))
        await tx.saveItem({ path: ['m', `${i % 2}`], key: `${i}`, value: i, text: `apple ${'x '.repeat(i % 50)}` })
    })
    for (const limit of [7, 100, 256]) {
      const hits = await allPages((page) => store.searchItems('apple', { ...page, pathPrefix: ['m', '1'] }), limit)
      expect(new Set(hits.map(({ item }) => item.key)).size).toBe(150)
      expect(hits).toHaveLength(150)
    }
  },
}
