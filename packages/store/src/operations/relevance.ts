const WORD = '[\\p{L}\\p{N}\\p{Co}]'
const WORDS = new RegExp(`${WORD}+`, 'gu')
const MARKS = /\p{M}+/gu
const ASCII = /^\p{ASCII}*$/u

/** How soon further occurrences of a word stop to count, and how much length counts: the usual values. */
const K1 = 1.2
const B = 0.75
/** The length, in bytes, that is neither long nor short. Fixed, so that an event's score never changes. */
const TYPICAL_BYTES = 400

/**
 * How well a text fits the terms, larger is better: the term weighting of BM25 (Robertson and Zaragoza, "The
 * Probabilistic Relevance Framework: BM25 and Beyond", 2009). How rare a term is among all events does not count: every
 * match holds all terms, to count rarity costs a walk over all events, and the score would move with the events of others.
 */
export function relevanceTo(terms: readonly string[]): (text: string, bytes: number) => number {
  const patterns = terms.map(patternOf).filter((pattern) => pattern !== undefined)
  return (text, bytes) => {
    const folded = fold(text)
    const length = K1 * (1 - B + (B * bytes) / TYPICAL_BYTES)
    let score = 0
    for (const pattern of patterns) {
      const count = Math.max(1, folded.match(pattern)?.length ?? 0)
      score += (count * (K1 + 1)) / (count + length)
    }
    return score
  }
}

// As FTS5's tokenizer unicode61 with remove_diacritics: a term of several words is a phrase.
function patternOf(term: string): RegExp | undefined {
  const words = fold(term).match(WORDS)
  return words === null
    ? undefined
    : new RegExp(`(?<!${WORD})${words.join(`[^\\p{L}\\p{N}\\p{Co}]+`)}(?!${WORD})`, 'gu')
}

function fold(text: string): string {
  return (ASCII.test(text) ? text : text.normalize('NFD').replace(MARKS, '')).toLowerCase()
}
