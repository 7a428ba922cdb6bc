import type { Event, EventInput } from '@descartes/sdk'
import { eventInput, eventWords } from '../data/content.ts'
import { makeQueries } from '../data/queries.ts'
import { SEED, sessionId } from '../data/template.ts'
import { defineOperation } from './operation.ts'
import { type Reader, requireSame } from './reader.ts'

export const saveOne = defineOperation({
  name: 'saveEvent',
  kind: 'point',
  mode: 'write',
  method: 'saveEvent',
  workload: () => {
    let next = 0
    return {
      inputs: (count) => Array.from({ length: count }, () => markedEvent(next++)),
      verify({ inputs, results, reader }) {
        requireEvents(reader, inputs, results, next)
      },
    }
  },
})

export const saveHundred = defineOperation({
  name: 'saveEvents, 100 at once',
  kind: 'bulk',
  mode: 'write',
  method: 'saveEvents',
  workload: () => {
    let next = 0
    return {
      inputs: (count) => Array.from({ length: count }, () => Array.from({ length: 100 }, () => markedEvent(next++))),
      verify({ inputs, results, reader }) {
        requireEvents(reader, inputs.flat(), results.flat(), next)
      },
    }
  },
})

export const list = defineOperation({
  name: 'getEvents, page of 100',
  kind: 'page',
  mode: 'read',
  method: 'getEvents',
  workload: () => ({
    inputs: (count) => Array.from({ length: count }, (_, i) => sessionId(i % SEED.eventSessions)),
    verify({ results }) {
      results.forEach(({ items }, i) => {
        const expected = Array.from({ length: 100 }, (_, n) =>
          eventWords(n * SEED.eventSessions + (i % SEED.eventSessions)).join(' '),
        )
        requireSame(
          items.map(({ content }) => content),
          expected,
          'events listed',
        )
        requireSame(items[99]?.timestamp instanceof Date, true, 'timestamp is a Date')
      })
    },
  }),
})

const QUERIES = makeQueries(20, [SEED.events])
const HITS = 20

export const search = defineOperation({
  name: 'searchEvents, 20 hits',
  kind: 'page',
  mode: 'read',
  method: 'searchEvents',
  workload: () => ({
    inputs: (count) =>
      Array.from({ length: count }, (_, i) => ({
        query: (QUERIES[(i * 7) % QUERIES.length]?.words ?? []).join(' '),
        limit: HITS,
      })),
    verify({ results }) {
      results.forEach(({ items }, i) => {
        const query = QUERIES[(i * 7) % QUERIES.length]
        requireSame(
          items.length,
          Math.min(HITS, query?.hits.get(SEED.events) ?? 0),
          `hits of "${query?.words.join(' ')}"`,
        )
        for (const { event, snippet } of items) {
          const words = new Set(event.content.split(' '))
          requireSame(query?.words.every((w) => words.has(w)) && snippet.includes('['), true, 'event found')
        }
      })
    },
  }),
})

/** An event with a word that no other has, so that search can be asked for exactly this one. */
function markedEvent(n: number): EventInput {
  const event = eventInput(n, 'session-of-the-round')
  return { ...event, content: `mark${n} ${event.content}` }
}

function requireEvents(reader: Reader, inputs: readonly EventInput[], results: readonly Event[], total: number): void {
  inputs.forEach(({ content, metadata, sessionId }, i) => {
    requireSame(results[i]?.content, content, 'event returned')
    const stored = reader.row<{ seq: number; metadata: string }>(
      `SELECT seq, content, session_id, metadata FROM events WHERE namespace = 'default' AND id = ?`,
      results[i]?.id,
    )
    const seq = stored?.seq
    requireSame(
      stored && { ...stored, metadata: JSON.parse(stored.metadata) as unknown },
      { seq, content, session_id: sessionId, metadata },
      'event stored',
    )
    requireSame(
      reader.rows('SELECT rowid AS seq FROM events_fts WHERE events_fts MATCH ?', content.split(' ', 1)[0]),
      [{ seq }],
      'event found by its own word',
    )
  })
  requireSame(
    reader.row('SELECT count(*) AS n, max(seq) AS last FROM events'),
    { n: SEED.events + total, last: SEED.events + total },
    'number of events',
  )
}
