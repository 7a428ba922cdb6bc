const WORD_CHARACTER = /[\p{L}\p{N}\p{Co}]/u
const WORDS = /[\p{L}\p{N}\p{Co}]+/gu
const MARKS = /\p{M}+/gu
/** Letters with two lower-case forms: a final sigma, a long s, the sign for micro. */
const SAME_LETTER: Readonly<Record<string, string>> = { ς: 'σ', ſ: 's', µ: 'μ' }

/** True for text in which a character and its folded form take the same place. */
export function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length
}

/** Text without case and diacritics, nearly as FTS5's tokenizer `unicode61 remove_diacritics 2` compares it. */
export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase()
  const folded = text.normalize('NFD').replace(MARKS, '').toLowerCase()
  return folded.replace(/[ςſµ]/g, (letter) => SAME_LETTER[letter] ?? letter)
}

/** A place in folded text. */
export interface Place {
  readonly start: number
  readonly end: number
}

/** Finds the next place of a term in folded text, from an index on. */
export type Finder = (folded: string, from: number) => Place | undefined

/**
 * Finders for the terms that hold words. A term of several words is a phrase. Not regular expressions: one that looks
 * behind itself for the start of a word costs ten times as much.
 */
export function findersOf(terms: readonly string[]): Finder[] {
  const phrases = terms.map((term) => fold(term).match(WORDS) ?? [])
  return phrases.filter((words) => words.length > 0).map(([first = '', ...rest]) => finderOf(first, rest))
}

function finderOf(first: string, rest: readonly string[]): Finder {
  return (folded, from) => {
    for (let start = folded.indexOf(first, from); start !== -1; start = folded.indexOf(first, start + 1)) {
      const end = isWordAt(folded, start - 1) ? undefined : endOf(folded, start + first.length, rest)
      if (end !== undefined) return { start, end }
    }
    return undefined
  }
}

/** Where a phrase ends whose first word ends at `end`; undefined when the others do not follow. */
function endOf(folded: string, end: number, rest: readonly string[]): number | undefined {
  let at = end
  for (const word of rest) {
    if (isWordAt(folded, at)) return undefined
    while (at < folded.length && !isWordAt(folded, at)) at++
    if (!folded.startsWith(word, at)) return undefined
    at += word.length
  }
  return isWordAt(folded, at) ? undefined : at
}

function isWordAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90)
  if (Number.isNaN(code)) return false
  const isSecondHalf = code >>> 10 === 0x37
  return WORD_CHARACTER.test(String.fromCodePoint(text.codePointAt(isSecondHalf ? index - 1 : index) as number))
}
