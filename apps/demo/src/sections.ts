/** A piece of a document: what an agent reads in one step, and keeps as one event. */
export interface Section {
  /** Counted from 1. */
  number: number
  heading: string
  /** All of its text: the sections of a document, put together, are the document. */
  text: string
  words: number
}

const HEADING = /^#{1,6}\s+(.*?)[\s#]*$/
const FENCE = /^\s*(```|~~~)/

/** From this many lines on, a section also ends at an empty line: plain text has no headings. */
const LONG = 60

/** Splits a text at its Markdown headings; long stretches without one are split between paragraphs. */
export function splitSections(text: string): Section[] {
  const pieces: string[][] = [[]]
  let inFence = false
  for (const line of text.split(/(?<=\n)/)) {
    const piece = pieces.at(-1) as string[]
    const startsNew = !inFence && (HEADING.test(line) || (piece.length >= LONG && line.trim() === ''))
    if (startsNew && piece.length > 0) pieces.push([line])
    else piece.push(line)
    if (FENCE.test(line)) inFence = !inFence
  }
  return pieces.map((lines, i) => {
    const text = lines.join('')
    return { number: i + 1, heading: headingOf(lines), text, words: countWords(text) }
  })
}

function headingOf(lines: string[]): string {
  const first = lines.map((line) => line.trim()).find((line) => line !== '') ?? ''
  return (HEADING.exec(first)?.[1] ?? first).slice(0, 80)
}

export function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0
}

/** The long word that most headings hold: something to search for that surely is there. */
export function commonWord(sections: Iterable<Section>): string | undefined {
  const counts = new Map<string, number>()
  for (const { heading } of sections) {
    const words = [...searchWords(heading)].filter((word) => /^[a-z]{6,}$/.test(word))
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0]
}

/** The different words of a text, as the store's full-text search tells them apart. */
export function searchWords(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{M}\p{N}\p{Co}]+/gu))
}
