import { InvalidInputError } from '@descartes/store'
import { COMMA } from './scan.ts'

/** As deep as the codec lets a value be. */
const MAX_DEPTH = 128

/** Puts a text together from pieces of others. Pieces that lie side by side in their text are taken as one. */
export class Writer {
  readonly #field: string
  readonly #maxBytes: number
  readonly #parts: string[] = []
  #length = 0
  #isCommaDue = false
  /** The piece under way. */
  #source = ''
  #from = 0
  #to = 0

  /** A text of more than `maxBytes`, or too deep, is refused; `field` is where the change was given. */
  constructor(field: string, maxBytes: number) {
    this.#field = field
    this.#maxBytes = maxBytes
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
    if (depth <= MAX_DEPTH) return
    throw new InvalidInputError(this.#field, `a change that leaves at most ${MAX_DEPTH} levels`, 'one that leaves more')
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

  #refuseSize(received: string): never {
    throw new InvalidInputError(this.#field, `a change that leaves at most ${this.#maxBytes} bytes of JSON`, received)
  }
}
