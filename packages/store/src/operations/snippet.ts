import { type Finder, findersOf, fold, isAscii, type Place } from './words.ts'

/** Characters shown, and how many of them before the first match. */
const SHOWN = 160
const BEFORE = 50
/** Matches further into a text are not looked for. */
const SEARCHED = 16_384

/** Makes snippets: the piece of a text around its first match, with every match in it in [square brackets]. */
export function snippetsFor(terms: readonly string[]): (text: string) => string {
  const finders = findersOf(terms)
  return (text) => {
    const { folded, origin } = foldInPlace(text)
    const nextPlace = placesOf(finders, folded)
    let place = nextPlace(0)
    const start = wordStart(text, origin(place?.start ?? 0) - BEFORE)
    const end = wordStart(text, start + SHOWN)
    let snippet = start > 0 ? '…' : ''
    let shown = start
    for (; place !== undefined && origin(place.start) < end; place = nextPlace(place.end)) {
      const from = origin(place.start)
      const to = Math.min(origin(place.end), wordStart(text, from + SHOWN))
      snippet += `${text.slice(shown, from)}[${text.slice(from, to)}]`
      shown = to
    }
    return snippet + text.slice(shown, Math.max(shown, end)) + (end < text.length ? '…' : '')
  }
}

/** Gives the first place of any term from an index on. A term is looked for anew only when its last place is passed. */
function placesOf(finders: readonly Finder[], folded: string): (from: number) => Place | undefined {
  const next = finders.map((find) => find(folded, 0))
  return (from) => {
    let first: Place | undefined
    for (let i = 0; i < finders.length; i++) {
      let place = next[i]
      if (place !== undefined && place.start < from) {
        place = (finders[i] as Finder)(folded, from)
        next[i] = place
      }
      if (place !== undefined && (first === undefined || place.start < first.start)) first = place
    }
    return first
  }
}

const itself = (index: number) => index

/** The folded text, and where in the text itself each of its places comes from. */
function foldInPlace(text: string): { folded: string; origin: (index: number) => number } {
  const searched = text.slice(0, SEARCHED)
  if (isAscii(searched)) return { folded: searched.toLowerCase(), origin: itself }
  const origins: number[] = []
  let folded = ''
  let at = 0
  for (const character of searched) {
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
