import { corruptRevision } from './corrupt-revision.ts'

/** Arrays of more pieces than these are not kept for the next chain. */
const PIECES_KEPT = 2 ** 16
/** Only broken data has more: the longest text would have one for every two bytes. */
const MOST_PIECES = 2 ** 25

/**
 * Deltas as lists of pieces, one list after the other in two arrays. A piece is a number of bytes that are either copied
 * from the text before or inserted; inserted bytes are known by their position in the joined contents of the chain.
 */
export class Pieces {
  /** Where each piece ends in its text. */
  ends = new Int32Array(1024)
  /** Where the piece is copied from in the text before; or, below zero, -1 - the position of inserted bytes. */
  sources = new Int32Array(1024)
  /** Pieces in all lists. */
  count = 0
  /** Where each list starts, and behind the last one, where the next starts. */
  readonly starts = [0]
  /** Length of the text that the open list makes. */
  #length = 0

  /** Number of finished lists. */
  get lists(): number {
    return this.starts.length - 1
  }

  addCopied(length: number, from: number): void {
    this.#add(length, from)
  }

  addInserted(length: number, position: number): void {
    this.#add(length, -1 - position)
  }

  /** Adds bytes of a piece, from `skip` bytes after its start. */
  addPart(length: number, source: number, skip: number): void {
    this.#add(length, source < 0 ? source - skip : source + skip)
  }

  /** Forgets everything, so that the next chain can use the same arrays. */
  clear(): void {
    if (this.ends.length > PIECES_KEPT) {
      this.ends = new Int32Array(PIECES_KEPT)
      this.sources = new Int32Array(PIECES_KEPT)
    }
    this.count = 0
    this.starts.length = 1
    this.#length = 0
  }

  /** Ends a list; the next piece starts another one. */
  endList(): void {
    this.starts.push(this.count)
    this.#length = 0
  }

  /** Forgets the pieces of the open list. */
  dropOpenList(): void {
    this.count = this.starts.at(-1) as number
    this.#length = 0
  }

  #add(length: number, source: number): void {
    if (length === 0) return
    const { count } = this
    if (count > (this.starts.at(-1) as number)) {
      // What goes on where the last piece ended belongs to it.
      const before = count - 1 === this.starts.at(-1) ? 0 : (this.ends[count - 2] as number)
      const last = this.sources[count - 1] as number
      const lastLength = this.#length - before
      if (source === (last < 0 ? last - lastLength : last + lastLength)) {
        this.#length += length
        this.ends[count - 1] = this.#length
        return
      }
    }
    if (count === this.ends.length) this.#grow()
    this.#length += length
    this.ends[count] = this.#length
    this.sources[count] = source
    this.count = count + 1
  }

  #grow(): void {
    if (this.count >= MOST_PIECES) throw corruptRevision('it has more pieces than any chain')
    const ends = new Int32Array(this.ends.length * 2)
    ends.set(this.ends)
    this.ends = ends
    const sources = new Int32Array(ends.length)
    sources.set(this.sources)
    this.sources = sources
  }
}
