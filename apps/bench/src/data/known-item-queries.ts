import { eventWords } from './content.ts'
import { countHits, type Query } from './queries.ts'
import { seededRandom } from './random.ts'

/**
 * How somebody who looks for an event that he remembers picks its words: `popular`, the oftener the event says a word;
 * `discriminative`, the rarer it is among all events.
 */
export const SELECTIONS = ['popular', 'discriminative'] as const
export type Selection = (typeof SELECTIONS)[number]

/**
 * Queries that nobody has put together with an eye on their hits: an event is drawn, and one to three different words
 * from it (Azzopardi, de Rijke and Balog, "Building Simulated Queries for Known-Item Topics", 2007; without their words
 * of noise, for a hit must hold all words). The event is in the smallest store, so that it is in all of them, and how
 * rare a word is was counted there.
 */
export function makeKnownItemQueries(selection: Selection, count: number, sizes: readonly number[]): Query[] {
  const random = seededRandom(20_070_723)
  const events = Math.min(...sizes)
  const occurrences = new Map<string, number>()
  for (let n = 0; n < events; n++) for (const w of eventWords(n)) occurrences.set(w, (occurrences.get(w) ?? 0) + 1)
  const queries = Array.from({ length: count }, (_, i): Query => {
    const text = eventWords(Math.floor(random() * events))
    const weights = new Map<string, number>()
    for (const w of text)
      weights.set(w, selection === 'popular' ? (weights.get(w) ?? 0) + 1 : 1 / (occurrences.get(w) as number))
    return { words: drawByWeight(weights, (i % 3) + 1, random), hits: new Map() }
  })
  countHits(queries, sizes)
  return queries
}

/** Draws so many different words, one after the other, each in proportion to its weight: a race of exponential clocks. */
function drawByWeight(weights: ReadonlyMap<string, number>, count: number, random: () => number): string[] {
  const arrivals = [...weights].map(([w, weight]) => ({ w, at: -Math.log(1 - random()) / weight }))
  return arrivals
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ w }) => w)
}
