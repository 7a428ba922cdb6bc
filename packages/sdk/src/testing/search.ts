import { expect } from 'vitest'
import { allPages } from './all-pages.ts'
import type { ContractTests } from './harness.ts'
import { event, range } from './samples.ts'

const ids = ({ items }: { items: { event: { id: string } }[] }) => items.map((hit) => hit.event.id)

/** Full-text search over the events. */
export const search: ContractTests = {
  'events are found by all of their words, in any order, case or accent': async ({ store }) => {
    const saved = await store.saveEvent(event({ id: 'e1', content: 'Le café était FERMÉ, hélas: point-virgule.' }))
    await store.saveEvent(event({ id: 'e2', content: 'Nothing of the kind' }))
    for (const query of ['café', 'CAFE', 'ferme cafe', 'hélas!', 'virgule', 'point virgule', '  était\tcafé\n']) {
      const { items } = await store.searchEvents(query)
      expect(items.map((hit) => hit.event)).toEqual([saved])
    }
    for (const query of ['caf', 'café nothing', 'absent']) expect(ids(await store.searchEvents(query))).toEqual([])
  },

  'a hit has a score and a snippet with the words in brackets': async ({ store }) => {
    const filler = 'word '.repeat(200)
    await store.saveEvent(event({ content: `${filler}the needle in the haystack ${filler}` }))
    const { items } = await store.searchEvents('NEEDLE haystack')
    expect(items).toHaveLength(1)
    expect(items[0]?.score).toEqual(expect.any(Number))
    expect(items[0]?.snippet).toContain('[needle]')
    expect(items[0]?.snippet).toContain('[haystack]')
    expect(items[0]?.snippet.length).toBeLessThan(400)
  },

  'the best hits come first, larger scores being better': async ({ store }) => {
    await store.saveEvent(event({ id: 'weak', content: `apple ${'other words here '.repeat(30)}` }))
    await store.saveEvent(event({ id: 'strong', content: 'apple apple pie' }))
    await store.saveEvents(range(20).map(() => event({ content: 'nothing of interest in this one' })))
    const { items } = await store.searchEvents('apple')
    expect(items.map((hit) => hit.event.id)).toEqual(['strong', 'weak'])
    expect(items[0]?.score).toBeGreaterThan(items[1]?.score as number)
  },

  'hits are held to a session, a type, or both': async ({ store }) => {
    for (const i of range(8)) {
      await store.saveEvent(event({ id: `e${i}`, sessionId: `s${i % 2}`, eventType: `t${i % 4}`, content: 'apple' }))
    }
    expect(ids(await store.searchEvents('apple', { sessionId: 's1' })).sort()).toEqual(['e1', 'e3', 'e5', 'e7'])
    expect(ids(await store.searchEvents('apple', { eventType: 't2' })).sort()).toEqual(['e2', 'e6'])
    expect(ids(await store.searchEvents('apple', { sessionId: 's1', eventType: 't3' })).sort()).toEqual(['e3', 'e7'])
    expect(ids(await store.searchEvents('apple', { sessionId: 's0', eventType: 't3' }))).toEqual([])
  },

  'any text is taken as words, never as a query language': async ({ store }) => {
    await store.saveEvent(event({ id: 'e1', content: 'foo OR bar; C++ and col:x are NOT NEAR "quotes" (really)' }))
    for (const query of ['foo OR', 'c++', 'col:x', 'NEAR(', '-x', '^foo', 'foo*', '"quotes"', '(really', 'NOT']) {
      expect(ids(await store.searchEvents(query)), query).toEqual(['e1'])
    }
    const harmless = [
      '"',
      '""',
      '*',
      '^',
      '-',
      '()',
      'foo AND baz',
      "'; drop table events",
      'fo*',
      '{a b}:c',
      '\\',
      '😀',
    ]
    for (const query of [...harmless, '('.repeat(1000), `${'('.repeat(500)}${')'.repeat(500)}`]) {
      expect(ids(await store.searchEvents(query)), query).toEqual([])
    }
  },

  'a search without words, or with too many, is refused': async ({ store }) => {
    const refusal = { name: 'InvalidInputError', code: 'INVALID_INPUT', path: 'query' }
    for (const query of [
      '',
      ' ',
      '\t\n',
      'x'.repeat(1025),
      'é'.repeat(513),
      'w '.repeat(33),
      'a\0b',
      7,
      null,
      undefined,
    ]) {
      await expect(store.searchEvents(query as string)).rejects.toMatchObject(refusal)
    }
    expect(ids(await store.searchEvents('w '.repeat(32)))).toEqual([])
    expect(ids(await store.searchEvents('x'.repeat(1024)))).toEqual([])
  },

  'an event is found as soon as it is saved, and never when its transaction rolled back': async ({ store }) => {
    const abandoned = store.transact(async (tx) => {
      await tx.saveEvent(event({ content: 'apple' }))
      expect(ids(await tx.searchEvents('apple'))).toHaveLength(1)
      throw new Error('abandoned')
    })
    await expect(abandoned).rejects.toThrow('abandoned')
    expect(ids(await store.searchEvents('apple'))).toEqual([])
    await store.saveEvent(event({ id: 'e1', content: 'apple' }))
    expect(ids(await store.searchEvents('apple'))).toEqual(['e1'])
  },

  'pages hold every hit once, best first, though others add hits in between': async ({ store }) => {
    const apple = (id: string) => event({ id, content: `apple ${'x '.repeat(Number(id) % 7)}` })
    await store.saveEvents(range(40).map((i) => apple(`${i}`)))
    const whole = ids(await store.searchEvents('apple'))
    const list = (page: object) => store.searchEvents('apple', page)
    const hits = await allPages(list, 7, (page) =>
      store.saveEvents([apple(`${100 * page}`), apple(`${100 * page + 1}`)]),
    )
    expect(hits.map((hit) => hit.event.id)).toEqual(whole)
    expect(whole).toHaveLength(40)
  },

  'pages hold every hit once, though what others add in between turns the ranking around': async ({ store }) => {
    await store.saveEvents([
      event({ id: 'short', content: 'apple' }),
      event({ id: 'long', content: `apple apple apple ${'x y z w v '.repeat(4)}` }),
      event({ content: 'word '.repeat(10) }),
    ])
    const addLongOnes = () => store.saveEvents(range(50).map(() => event({ content: 'word '.repeat(2000) })))
    const hits = await allPages((page) => store.searchEvents('apple', page), 1, addLongOnes)
    expect(hits.map((hit) => hit.event.id).sort()).toEqual(['long', 'short'])
  },

  'a hit has the same score and snippet on whatever page it is': async ({ store }) => {
    const long = 'é'.repeat(3000)
    const contents = ['apple', 'apple apple', `${long} apple ${long} apple`, 'Äpple "apple" \\n', 'APPLE\n\tapple']
    for (const content of contents) await store.saveEvent(event({ content }))
    const whole = (await store.searchEvents('apple')).items
    const pages = await allPages((page) => store.searchEvents('apple', page), 1)
    expect(whole).toHaveLength(contents.length)
    expect(pages).toEqual(whole)
  },

  'however many hits there are, the pages hold each once': async ({ store }) => {
    await store.saveEvents(range(600).map((i) => event({ id: `e${i}`, content: `apple ${'x '.repeat(i % 50)}` })))
    for (const limit of [100, 256, 1000]) {
      const hits = await allPages((page) => store.searchEvents('apple', page), limit)
      expect(new Set(hits.map((hit) => hit.event.id)).size).toBe(600)
      expect(hits).toHaveLength(600)
    }
  },
}
