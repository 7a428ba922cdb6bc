import { eventWords, nameOf, word } from './content.ts'
import { seededRandom } from './random.ts'

export const FREQUENCIES = ['names', 'rare', 'middling', 'frequent'] as const
export type Frequency = (typeof FREQUENCIES)[number]

/**
 * A name is in 12 events. Of the other words these are the ranks: a rare one is in about 1 of 2,500 events, a middling
 * one in 1 of 150, a frequent one in 1 of 8.
 */
const RANKS: Record<Exclude<Frequency, 'names'>, readonly [from: number, to: number]> = {
  rare: [1500, 10_000],
  middling: [120, 1500],
  frequent: [5, 120],
}

export interface Query {
  words: string[]
  /** How many of the first N events hold all the words, by N. */
  hits: Map<number, number>
}

export interface MixedQuery extends Query {
  frequency: Frequency
}

/**
 * Queries: half of them for a name, as most searches of a log are, the others of one to three words, equally many rare,
 * middling and frequent. Words that are asked for together stand together in some event, as they do in what people look
 * for. The hits are counted from the events' own words.
 */
export function makeQueries(perFrequency: number, sizes: readonly number[]): MixedQuery[] {
  const random = seededRandom(20_261_123)
  const queries = FREQUENCIES.flatMap((frequency) =>
    Array.from(
      { length: frequency === 'names' ? 3 * perFrequency : perFrequency },
      (_, i): MixedQuery => ({
        frequency,
        words: drawWords(frequency, (i % 3) + 1, Math.min(...sizes), random),
        hits: new Map(),
      }),
    ),
  )
  countHits(queries, sizes)
  return queries
}

/** Counts the hits of queries from the events' own words. */
export function countHits(queries: readonly Query[], sizes: readonly number[]): void {
  const byWord = new Map<string, number[]>(queries.flatMap(({ words }) => words.map((w) => [w, []])))
  for (let n = 0; n < Math.max(...sizes); n++) for (const w of new Set(eventWords(n))) byWord.get(w)?.push(n)
  for (const query of queries) {
    const lists = query.words.map((w) => new Set(byWord.get(w)))
    const events = [...(lists[0] as Set<number>)].filter((n) => lists.every((list) => list.has(n)))
    for (const size of sizes) query.hits.set(size, events.filter((n) => n < size).length)
  }
}

function drawWords(frequency: Frequency, length: number, events: number, random: () => number): string[] {
  for (;;) {
    const n = Math.floor(random() * events)
    const known = [...new Set(eventWords(n))]
    if (frequency === 'names') return [nameOf(n)]
    const [from, to] = RANKS[frequency]
    const fitting = known.filter((w) => isBetween(w, from, to))
    if (fitting.length >= length) return fitting.slice(0, length)
  }
}

function isBetween(w: string, from: number, to: number): boolean {
  const rank = Number.parseInt(w.slice(1), 36)
  return w === word(rank) && rank >= from && rank < to
}
