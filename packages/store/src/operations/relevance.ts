import { type Finder, findersOf, fold } from './words.ts'

/** How soon further occurrences of a word stop to count, and how much length counts: the usual values. */
const K1 = 1.2
const B = 0.75
/** The length, in bytes, that is neither long nor short. Fixed, so that an event's score never changes. */
const TYPICAL_BYTES = 400

/** The score of a text, of which this may be only the beginning, and of its length in bytes. */
export type Relevance = (text: string, bytes: number) => number

/**
 * How well a text fits the terms, larger is better: the term weighting of BM25 (Robertson and Zaragoza, "The
 * Probabilistic Relevance Framework: BM25 and Beyond", 2009). How rare a term is among all events does not count: every
 * match holds all terms, to count rarity costs a walk over all events, and the score would move with the events of others.
 */
export function relevanceTo(terms: readonly string[]): Relevance {
  const finders = findersOf(terms)
  return (text, bytes) => {
    const folded = fold(text)
    const length = K1 * (1 - B + (B * bytes) / TYPICAL_BYTES)
    let score = 0
    for (const find of finders) {
      const count = Math.max(1, countOf(find, folded))
      score += (count * (K1 + 1)) / (count + length)
    }
    return score
  }
}

function countOf(find: Finder, folded: string): number {
  let count = 0
  for (let place = find(folded, 0); place !== undefined; place = find(folded, place.end)) count++
  return count
}
