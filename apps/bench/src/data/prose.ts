import { rankAt } from './content.ts'
import { seededRandom } from './random.ts'

/**
 * Text that compresses like natural text: sentences of words that are spoken as often as those of a language are (Zipf),
 * short ones more often than long ones. Drawn one by one, so that no phrase comes again: real prose is a little easier.
 */
export function sentences(count: number, random: () => number): string {
  return Array.from({ length: count }, () => sentence(random)).join(' ')
}

function sentence(random: () => number): string {
  const length = 5 + Math.floor(random() * 13)
  const words = Array.from({ length }, () => WORDS[rankAt(random()) - 1] as string)
  const comma = length > 9 ? 3 + Math.floor(random() * (length - 6)) : length
  const first = words[0] as string
  words[0] = (first[0] as string).toUpperCase() + first.slice(1)
  return `${words.map((word, i) => (i === comma ? `${word},` : word)).join(' ')}${random() < 0.15 ? '?' : '.'}`
}

const ONSETS = ['', 'b', 'c', 'd', 'f', 'g', 'h', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'w', 'st', 'pr', 'th', 'ch']
const VOWELS = ['a', 'e', 'i', 'o', 'u', 'ea', 'io', 'ou']
const CODAS = ['', '', '', 'n', 'r', 's', 't', 'l', 'd', 'ng', 'nt', 'ly']

/** The word of each rank. */
const WORDS = invent(20_000)

function invent(count: number): string[] {
  const random = seededRandom(1_637)
  const pick = (parts: readonly string[]) => parts[Math.floor(random() ** 1.5 * parts.length)] as string
  const words = new Set<string>()
  while (words.size < count) {
    const syllables = words.size < 60 ? 1 : words.size < 1500 ? 2 : 3
    words.add(Array.from({ length: syllables }, () => pick(ONSETS) + pick(VOWELS) + pick(CODAS)).join(''))
  }
  return [...words]
}
