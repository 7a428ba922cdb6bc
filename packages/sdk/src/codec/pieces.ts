/** Text below this many characters is put together before it is written. */
const SMALL = 4096

/** A text in UTF-8 as it comes about: new pieces, and ranges of an older text. */
export class Pieces {
  /** Bytes so far. */
  size = 0
  readonly #source: Buffer | undefined
  /** Strings, each with its bytes; or the two ends of a range. */
  readonly #pieces: [text: string | number, end: number][] = []
  #last: [text: string | number, end: number] | undefined

  constructor(source: Buffer | undefined) {
    this.#source = source
  }

  write(text: string, bytes: number): void {
    this.size += bytes
    const last = this.#last
    if (typeof last?.[0] === 'string' && last[0].length + text.length < SMALL) {
      last[0] += text
      last[1] += bytes
    } else this.#push(text, bytes)
  }

  copy(from: number, to: number): void {
    this.size += to - from
    const last = this.#last
    if (typeof last?.[0] === 'number' && last[1] === from) last[1] = to
    else this.#push(from, to)
  }

  #push(text: string | number, end: number): void {
    this.#last = [text, end]
    this.#pieces.push(this.#last)
  }

  /** All of it, in memory of its own. */
  toBuffer(): Buffer {
    const buffer = Buffer.allocUnsafeSlow(this.size)
    let at = 0
    for (const [text, end] of this.#pieces) {
      if (typeof text === 'number') at += (this.#source as Buffer).copy(buffer, at, text, end)
      // Where each character takes a byte, both encodings are the same, and latin1 is the faster one.
      else at += buffer.write(text, at, end === text.length ? 'latin1' : 'utf8')
    }
    return buffer
  }
}
