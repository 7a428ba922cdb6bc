import { agentId, eventInput } from '../data/content.ts'
import { makeQueries } from '../data/queries.ts'
import { defineKept } from '../operations/kept.ts'
import { load, saveNew, saveOver } from '../operations/kept-agents.ts'
import { requireSame } from '../operations/reader.ts'
import type { Entrant } from './entrant.ts'

const PAGE = 100
const HITS = 20
/** Events that are searched. */
export const EVENTS = 10_000

const list = defineKept<'listAgents', Entrant>('listAgents', 'listAgents', 'read', () => ({
  inputs: (count) => new Array<number>(count).fill(PAGE),
  async verify(subject, _inputs, results) {
    const ids = Array.from({ length: PAGE }, (_, i) => agentId(i))
    const stored = (await subject.stored(ids)).map(({ agentId, version }) => ({ agentId, version }))
    for (const { items } of results) {
      const listed = items.map(({ agentId, version }) => ({ agentId, version }))
      requireSame(listed, stored, 'agents listed')
    }
  },
}))

/** Words that fill a page: half of the queries are for such as are in 1 of 150 events, half for more frequent ones. */
const queries = makeQueries(60, [EVENTS]).filter(({ hits }) => (hits.get(EVENTS) ?? 0) >= HITS)

const search = defineKept<'searchEvents', Entrant>('searchEvents', 'searchEvents', 'read', () => {
  let next = 0
  return {
    inputs: (count) =>
      Array.from({ length: count }, () => {
        const { words } = queries[next++ % queries.length] as (typeof queries)[number]
        return { query: words.join(' '), limit: HITS }
      }),
    async verify(_subject, inputs, results) {
      inputs.forEach(({ query }, i) => {
        const items = results[i]?.items ?? []
        requireSame(new Set(items.map(({ event }) => event.id)).size, HITS, 'different events found')
        for (const { event } of items)
          requireSame(
            query.split(' ').filter((word) => !event.content.includes(word)),
            [],
            `words of "${query}" that an event found does not hold`,
          )
      })
    },
  }
})

let appended = 0

/** One event to one of 16 streams. */
const append = defineKept<'saveEvent', Entrant>(
  'saveEvent',
  'saveEvent',
  'write',
  () => ({
    inputs: (count) => {
      const first = appended
      appended += count
      return Array.from({ length: count }, (_, i) => eventInput(first + i, `stream-${first}-${i % 16}`))
    },
    async verify(subject, inputs) {
      const stored = new Map<string, string>()
      for (const sessionId of new Set(inputs.map((input) => input.sessionId)))
        for (const { content, metadata } of (await subject.events?.(sessionId)) ?? [])
          stored.set(`${sessionId} ${JSON.stringify(metadata)}`, content)
      for (const { sessionId, content, metadata } of inputs)
        requireSame(stored.get(`${sessionId} ${JSON.stringify(metadata)}`), content, 'event stored')
    },
  }),
  Number.POSITIVE_INFINITY,
)

/** What is raced for, by the names that the tables give it; reads first, while every database is as it was seeded. */
export const RACES = { load, list, search, append, 'save over': saveOver, 'save new': saveNew }
export type RaceName = keyof typeof RACES
