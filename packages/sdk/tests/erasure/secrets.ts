import { randomBytes } from 'node:crypto'
import fs from 'node:fs'

/** Of the search index's words, only what differs from the word before is kept: so the first letters do not count. */
const PART = { from: 4, length: 9 }
/** Of two compressed texts so many bytes are the same only if the texts are. */
const PIECE = 24

/** Words that must not be found in the files once their agent was erased. */
export class Secrets {
  readonly #parts = new Set<string>()
  readonly #pieces = new Set<string>()

  get count(): number {
    return this.#parts.size
  }

  /** A word that nobody has seen before; in lower case, as the search index keeps it. */
  word(): string {
    const word = `z${BigInt(`0x${randomBytes(10).toString('hex')}`)
      .toString(36)
      .padStart(16, '0')}`
    this.#parts.add(word.slice(PART.from, PART.from + PART.length))
    return word
  }

  /** Data of the history; if it is compressed, no word can be seen in it. */
  remember(data: Buffer): void {
    if ((data[0] as number) % 2 === 0) return
    for (let at = 8; at + PIECE <= data.length; at += PIECE) this.#pieces.add(data.toString('latin1', at, at + PIECE))
  }

  /** Some of what is found of them in a database's files. */
  findIn(file: string): string[] {
    return ['', '-wal', '-shm'].flatMap((end) => {
      if (!fs.existsSync(file + end)) return []
      const text = fs.readFileSync(file + end, 'latin1')
      const words = occurrences(text, this.#parts, PART.length).map((part) => `the word …${part}… in the file${end}`)
      const pieces = occurrences(text, this.#pieces, PIECE).map(() => `a piece of a revision in the file${end}`)
      return [...words, ...pieces]
    })
  }
}

function occurrences(text: string, wanted: ReadonlySet<string>, length: number): string[] {
  const found = new Set<string>()
  for (let at = 0; at + length <= text.length && wanted.size > 0; at++) {
    const part = text.slice(at, at + length)
    if (wanted.has(part)) found.add(part)
  }
  return [...found].slice(0, 3)
}
