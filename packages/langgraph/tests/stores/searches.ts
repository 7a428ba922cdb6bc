import { HumanMessage } from '@langchain/core/messages'
import { describe, expect, test } from 'vitest'
import type { OpenStore } from './stores.ts'

const NAMESPACE = ['docs']
const keys = (items: { key: string }[]) => items.map(({ key }) => key)

/** Searches by filter, by words, and by both. */
export function testSearches(open: OpenStore): void {
  test('lists the newest first, ten of them unless told', async () => {
    const store = await open()
    for (let i = 0; i < 25; i++) await store.put([...NAMESPACE, `${i % 2}`], `${i}`, { i })
    await store.put([...NAMESPACE, '0'], '0', { i: 'again' })
    const whole = ['0', ...Array.from({ length: 24 }, (_, i) => `${24 - i}`)]
    expect(keys(await store.search(NAMESPACE))).toEqual(whole.slice(0, 10))
    expect(keys(await store.search(NAMESPACE, { limit: 7, offset: 9 }))).toEqual(whole.slice(9, 16))
    expect(keys(await store.search(NAMESPACE, { limit: 7, offset: 22 }))).toEqual(whole.slice(22))
    expect(await store.search(NAMESPACE, { limit: 0 })).toEqual([])
    expect((await store.search(NAMESPACE))[0]).toMatchObject({ value: { i: 'again' }, score: undefined })
  })

  describe('filters', () => {
    const VALUES = {
      small: { n: 1, s: 'a', at: new Date(1000), big: 2n ** 70n, tags: ['x'], deep: { a: 1 } },
      large: { n: 10, s: 'b', at: new Date(2000), big: 2n ** 70n + 1n, tags: ['x', 'y'], deep: { a: 1, b: 2 } },
      odd: { n: '10', s: null, on: true, 'a.b': 1, 'q"\'': 2, ['__proto__']: 3, $gt: 4 },
    }

    test.each<[Record<string, unknown>, string[]]>([
      [{}, ['large', 'odd', 'small']],
      [{ n: 1 }, ['small']],
      [{ n: 10 }, ['large']],
      [{ n: '10' }, ['odd']],
      [{ n: { $eq: 10 } }, ['large']],
      [{ n: { $ne: 10 } }, ['odd', 'small']],
      [{ n: { $gt: 1 } }, ['large', 'odd']],
      [{ n: { $gte: 1, $lt: 10 } }, ['small']],
      [{ n: { $lte: 1 } }, ['small']],
      [{ n: { $in: [1, '10'] } }, ['odd', 'small']],
      [{ n: { $nin: [1, '10'] } }, ['large']],
      [{ s: 'b', n: 10 }, ['large']],
      [{ s: 'b', n: 1 }, []],
      [{ s: null }, ['odd']],
      [{ none: undefined }, ['large', 'odd', 'small']],
      [{ on: undefined }, ['large', 'small']],
      [{ on: { $ne: true } }, ['large', 'small']],
      [{ at: new Date(1000) }, ['small']],
      [{ at: { $gt: new Date(1000) } }, ['large']],
      [{ at: { $lte: new Date(1000) } }, ['small']],
      [{ big: { $gt: 2n ** 70n } }, ['large']],
      [{ big: 2n ** 70n }, ['small']],
      [{ n: { $gte: 10n } }, ['large', 'odd']],
      [{ tags: ['x'] }, ['small']],
      [{ deep: { a: 1 } }, ['small']],
      [{ 'a.b': 1 }, ['odd']],
      [{ 'q"\'': 2 }, ['odd']],
      [{ $gt: 4 }, ['odd']],
      [JSON.parse('{"__proto__":3}'), ['odd']],
      [JSON.parse('{"__proto__":{}}'), ['large', 'odd', 'small']],
      [{ constructor: Object }, []],
      [{ toString: { $ne: null } }, ['large', 'odd', 'small']],
      [{ "n' OR 1=1 --": 1 }, []],
    ])('%o', async (filter, wanted) => {
      const store = await open()
      for (const [key, value] of Object.entries(VALUES)) await store.put(NAMESPACE, key, value)
      expect(keys(await store.search(NAMESPACE, { filter })).toSorted()).toEqual(wanted)
    })

    test('reach past the pages that hold no match', async () => {
      const store = await open()
      await store.batch(
        Array.from({ length: 350 }, (_, i) => ({ namespace: NAMESPACE, key: `${i}`, value: { rest: i % 100 } })),
      )
      expect(keys(await store.search(NAMESPACE, { filter: { rest: 7 } })).toSorted()).toEqual([
        '107',
        '207',
        '307',
        '7',
      ])
      expect(await store.search(NAMESPACE, { filter: { rest: 7 }, offset: 3 })).toHaveLength(1)
    })
  })

  test('takes the first 32 words of a query that is longer, as what a user has said may be', async () => {
    const store = await open()
    const said = Array.from({ length: 32 }, (_, i) => `word${i}`)
    await store.put(NAMESPACE, 'k', { said: said.join(' ') })
    for (const more of ['other', 'x-y', '-', 'z'.repeat(2000)]) {
      const found = await store.search(NAMESPACE, { query: ` ${said.join(' \n')} ${more} `.repeat(3) })
      expect(found.map(({ key }) => key)).toEqual(['k'])
    }
    await expect(store.search(NAMESPACE, { query: 'z'.repeat(2000) })).rejects.toMatchObject({ path: 'query' })
  })

  test('refuses a filter with an operator that it does not know', async () => {
    const store = await open()
    await store.put(NAMESPACE, 'k', { n: { $regex: 'x' } })
    for (const wanted of [{ $regex: 'x' }, { $gt: 1, $exists: true }])
      await expect(store.search(NAMESPACE, { filter: { n: wanted } })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        path: 'filter/n',
      })
    expect(await store.search(NAMESPACE, { filter: { n: { $eq: { $regex: 'x' } } } })).toHaveLength(1)
  })

  test('finds items by all the words of a query, the best first, with a score', async () => {
    const store = await open()
    await store.put(NAMESPACE, 'long', { title: 'Jazz', body: `piano ${'and so on '.repeat(30)}` })
    await store.put([...NAMESPACE, 'sub'], 'short', { title: 'jazz piano' })
    await store.put(NAMESPACE, 'deep', { list: [{ of: new Map([['k', 'Jazz']]) }, new HumanMessage('the PIANÓ')] })
    await store.put(NAMESPACE, 'other', { title: 'jazz guitar' })
    await store.put(['elsewhere'], 'k', { title: 'jazz piano' })
    const found = await store.search(NAMESPACE, { query: 'piano, jazz!' })
    expect(keys(found).toSorted()).toEqual(['deep', 'long', 'short'])
    const scores = found.map(({ score }) => score as number)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    expect(keys(found).at(-1)).toBe('long')
    expect(keys(await store.search(NAMESPACE, { query: 'jazz', filter: { title: 'jazz guitar' } }))).toEqual(['other'])
    expect(keys(await store.search(NAMESPACE, { query: 'jazz', limit: 1, offset: 3 }))).toHaveLength(1)
    expect(await store.search(NAMESPACE, { query: 'HumanMessage' })).toEqual([])
    for (const query of ['"', "'; drop table items; --", 'jazz OR', 'NEAR(', 'title:jazz'])
      expect(await store.search(NAMESPACE, { query }), query).toEqual([])
    for (const query of ['', ' \n']) expect(await store.search(NAMESPACE, { query })).toHaveLength(4)
  })

  test('finds items by what of them was indexed', async () => {
    const value = {
      title: 'apple',
      chapters: [{ text: 'cherry' }, { text: 'banana' }],
      meta: { a: 'fig', b: 7, c: 'kiwi' },
    }
    const found = async (index: false | string[] | undefined, byDefault?: false | string[]) => {
      const store = await open({ index: byDefault })
      await store.put(NAMESPACE, 'k', value, index)
      const words = ['apple', 'cherry', 'banana', 'fig', '7', 'kiwi', 'title']
      const hits = await Promise.all(words.map(async (query) => (await store.search(NAMESPACE, { query })).length))
      return words.filter((_, i) => hits[i] === 1)
    }
    const strings = ['apple', 'cherry', 'banana', 'fig', 'kiwi']
    expect(await found(undefined)).toEqual(strings)
    expect(await found(['$'])).toEqual(strings)
    expect(await found(false)).toEqual([])
    expect(await found(undefined, false)).toEqual([])
    expect(await found(['title'], false)).toEqual(['apple'])
    expect(await found(undefined, ['title'])).toEqual(['apple'])
    expect(await found(['chapters[*].text', 'none.such', '__proto__'])).toEqual(['cherry', 'banana'])
    expect(await found(['chapters[0].text', 'chapters[9].text'])).toEqual(['cherry'])
    expect(await found(['chapters[-1]'])).toEqual(['banana'])
    expect(await found(['meta.{a, b}'])).toEqual(['fig', '7'])
    expect(await found(['meta.*'])).toEqual(['fig', '7', 'kiwi'])
    expect(await found([])).toEqual([])
  })
}
