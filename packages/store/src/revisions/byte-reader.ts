import { corruptRevision } from './corrupt-revision.ts'

/** No length comes near it; below it, sums are exact. */
const LARGEST = 2 ** 49

/** Reads numbers from stored bytes, and refuses to read past their end. */
export class ByteReader {
  constructor(
    readonly bytes: Uint8Array,
    /** Position of the next byte. */
    public at = 0,
    /** Position behind the last byte. */
    public end = bytes.length,
  ) {}

  /** A number that `writeVarint` wrote, of at most seven bytes. */
  varint(): number {
    let value = 0
    for (let scale = 1; this.at < this.end && scale < LARGEST; scale *= 128) {
      const byte = this.bytes[this.at++] as number
      if (byte < 128) return value + byte * scale
      value += (byte - 128) * scale
    }
    throw corruptRevision('a length in it is cut short or out of range')
  }
}
