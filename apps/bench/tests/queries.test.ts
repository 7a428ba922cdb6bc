import { describe, expect, it } from 'vitest'
import { eventWords } from '../src/data/content.ts'
import { makeKnownItemQueries, SELECTIONS } from '../src/data/known-item-queries.ts'
import { makeQueries, type Query } from '../src/data/queries.ts'

const SIZES = [100, 1000]
const events = Array.from({ length: 1000 }, (_, n) => new Set(eventWords(n)))

const counted = ({ words }: Query) =>
  SIZES.map((size) => events.slice(0, size).filter((event) => words.every((word) => event.has(word))).length)

const MAKERS: [name: string, make: () => Query[]][] = [
  ['of the mix', () => makeQueries(9, SIZES)],
  ...SELECTIONS.map((selection): [string, () => Query[]] => [
    `for a known item, ${selection}`,
    () => makeKnownItemQueries(selection, 60, SIZES),
  ]),
]

describe('the queries of the benchmark', () => {
  it.each(MAKERS)('%s are of one to three words, find something in each store, and know how much', (_, make) => {
    const queries = make()
    expect(new Set(queries.map(({ words }) => words.length))).toEqual(new Set([1, 2, 3]))
    for (const query of queries) {
      const hits = SIZES.map((size) => query.hits.get(size))
      expect(hits).toEqual(counted(query))
      expect(hits[0]).toBeGreaterThan(0)
      expect(new Set(query.words).size).toBe(query.words.length)
    }
    expect(make()).toEqual(queries)
  })

  it('for a known item find fewer events when its rarer words are asked for', () => {
    const [popular = 0, discriminative = 0] = SELECTIONS.map((selection) =>
      makeKnownItemQueries(selection, 300, SIZES).reduce((sum, { hits }) => sum + (hits.get(1000) as number), 0),
    )
    expect(discriminative).toBeLessThan(popular / 2)
  })
})
