import { corruptRevision } from './corrupt-revision.ts'

/** Reads numbers from stored bytes, and refuses to read past their end. */
export class ByteReader {
  constructor(
    readonly bytes: Uint8Array,
    /** Position of the next byte. */
    public at = 0,
    /** Position behind the last byte. */
    public end = bytes.length,
  ) {}

  /** A number that `writeVarint` wrote. */
  varint(): number {
    let value = 0
    let scale = 1
    while (this.at < this.end) {
      const byte = this.bytes[this.at++] as number
      if (byte < 128) {
        value += byte * scale
        if (value > Number.MAX_SAFE_INTEGER) break
        return value
      }
      value += (byte - 128) * scale
      scale *= 128
      if (scale > Number.MAX_SAFE_INTEGER) break
    }
    throw corruptRevision('a length in it is cut short or out of range')
  }
}
