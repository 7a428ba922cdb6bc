import { InvalidInputError } from '@descartes/store'
import { MAX_DEPTH } from '../codec/plain.ts'
import { COMMA } from './scan.ts'

/** In text with tags, a level of a value takes up to three: a Map is an object, an array, and one for each entry. */
const LEVELS_WITH_TAGS = 3 * MAX_DEPTH + 2

/** Puts a text together from pieces of others. Pieces that lie side by side in their text are taken as one. */
export class Writer {
  readonly #field: string
  readonly #maxBytes: number
  readonly #maxDepth: number
  readonly #parts: string[] = []
  #length = 0
  #isCommaDue = false
  /** The piece under way. */
  #source = ''
  #from = 0
  #to = 0

  /** So deep that, if it has tags, only the codec can say whether it is too deep. */
  isDeep = false

  /** A text of more than `maxBytes`, or too deep, is refused; `field` is where the change was given. */
  constructor(field: string, maxBytes: number, hasTags: boolean) {
    this.#field = field
    this.#maxBytes = maxBytes
    this.#maxDepth = hasTags ? LEVELS_WITH_TAGS : MAX_DEPTH
  }

  /** A comma goes before the next piece. */
  comma(): void {
    this.#isCommaDue = true
  }

  literal(text: string): void {
    this.copy(text, 0, text.length)
  }

  copy(source: string, from: number, to: number): void {
    const gap = this.#isCommaDue ? 1 : 0
    const isNext = from === this.#to + gap && source === this.#source
    if (!isNext || (gap === 1 && source.charCodeAt(this.#to) !== COMMA)) {
      this.#take()
      if (gap === 1) this.#parts.push(',')
      this.#source = source
      this.#from = from
    }
    this.#to = to
    this.#isCommaDue = false
  }

  requireDepth(depth: number): void {
    if (depth > MAX_DEPTH) this.isDeep = true
    if (depth > this.#maxDepth) this.#refuseDepth()
  }

  /** Refuses a text whose depth keeps it from being read. */
  requireReadable(read: () => unknown): void {
    try {
      read()
    } catch (cause) {
      this.#refuseDepth(cause)
    }
  }

  text(): string {
    this.#take()
    const text = this.#parts.length === 1 ? (this.#parts[0] as string) : this.#parts.join('')
    // A character takes 3 bytes at most: only near the limit is it worth counting.
    const bytes = text.length * 3 <= this.#maxBytes ? text.length : Buffer.byteLength(text)
    if (bytes > this.#maxBytes) this.#refuseSize(`one that leaves ${bytes}`)
    return text
  }

  #take(): void {
    this.#length += this.#to - this.#from
    if (this.#length > this.#maxBytes) this.#refuseSize('one that leaves more')
    if (this.#to > this.#from) this.#parts.push(this.#source.slice(this.#from, this.#to))
    this.#from = this.#to
  }

  #refuseDepth(cause?: unknown): never {
    const expected = `a change that leaves at most ${MAX_DEPTH} levels`
    throw new InvalidInputError(this.#field, expected, 'one that leaves more', { cause })
  }

  #refuseSize(received: string): never {
    throw new InvalidInputError(this.#field, `a change that leaves at most ${this.#maxBytes} bytes of JSON`, received)
  }
}
