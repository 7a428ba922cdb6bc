import { type Finder, findersOf, fold, isAscii, type Place } from './words.ts'

/** Characters shown, and how many of them before the first match. */
const SHOWN = 160
const BEFORE = 50
/** Text that is not ASCII is folded character by character; matches further in are not looked for. */
const LONGEST_FOLDED = 65_536

/** Makes snippets: the piece of a text around its first match, with every match in it in [square brackets]. */
export function snippetsFor(terms: readonly string[]): (text: string) => string {
  const finders = findersOf(terms)
  return (text) => {
    const { folded, origin } = foldInPlace(text)
    let place = nextPlace(finders, folded, 0)
    const start = wordStart(text, origin(place?.start ?? 0) - BEFORE)
    const end = wordStart(text, start + SHOWN)
    let snippet = start > 0 ? '…' : ''
    let shown = start
    for (; place !== undefined && origin(place.start) < end; place = nextPlace(finders, folded, place.end)) {
      const [from, to] = [origin(place.start), origin(place.end)]
      snippet += `${text.slice(shown, from)}[${text.slice(from, to)}]`
      shown = to
    }
    return snippet + text.slice(shown, Math.max(shown, end)) + (end < text.length ? '…' : '')
  }
}

function nextPlace(finders: readonly Finder[], folded: string, from: number): Place | undefined {
  let next: Place | undefined
  for (const find of finders) {
    const place = find(folded, from)
    if (place !== undefined && (next === undefined || place.start < next.start)) next = place
  }
  return next
}

/** The folded text, and where in the text itself each of its places comes from. */
function foldInPlace(text: string): { folded: string; origin: (index: number) => number } {
  if (isAscii(text)) return { folded: fold(text), origin: (index) => index }
  const origins: number[] = []
  let folded = ''
  let at = 0
  for (const character of text.slice(0, LONGEST_FOLDED)) {
    const piece = fold(character)
    for (let i = 0; i < piece.length; i++) origins.push(at)
    folded += piece
    at += character.length
  }
  return { folded, origin: (index) => origins[index] ?? at }
}

/** The start of the word that stands at a place, unless it is a long way back. */
function wordStart(text: string, index: number): number {
  if (index <= 0) return 0
  if (index >= text.length) return text.length
  const space = text.lastIndexOf(' ', index - 1) + 1
  if (index - space < 20) return space
  // Never between the two halves of a character.
  return text.charCodeAt(index) >>> 10 === 0x37 ? index - 1 : index
}
