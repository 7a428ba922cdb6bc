import { constants, deflateRawSync } from 'node:zlib'
import { varintLength, writeVarint } from './varint.ts'

/**
 * The data of a row: a varint, and the content. The varint is four times the content's length, plus 2 for a delta, plus
 * 1 if the content is compressed: a fragment of raw deflate (RFC 1951) that has no final block, was flushed to a byte
 * boundary, and lacks the 00 00 FF FF of that flush (as in RFC 7692). Such fragments can be joined and inflated at once.
 */
export type RevisionKind = 'keyframe' | 'delta'

/** The bytes that end a flush, and are left out. */
export const FLUSHED = 4
/** The fastest level: the others save a few per cent, and take up to five times as long. */
const DEFLATE = { level: 1, finishFlush: constants.Z_SYNC_FLUSH }
/** But of a short content a few per cent are a page now and then, and it takes little time. */
const SHORT = 2048
const DEFLATE_SHORT = { level: 6, finishFlush: constants.Z_SYNC_FLUSH }
/**
 * A longer text is stored whole, as it is. So a reader knows that compressed bytes which claim to become much more than
 * this are broken, and what to refuse before it runs out of memory.
 */
export const MOST_TEXT = 2 ** 26

/** Makes the data of a row, of a content that the callback writes. */
export function packRow(
  kind: RevisionKind,
  length: number,
  compress: boolean,
  write: (target: Buffer, at: number) => void,
): Buffer {
  const tag = length * 4 + (kind === 'delta' ? 2 : 0)
  const header = varintLength(tag)
  const plain = Buffer.allocUnsafe(header + length)
  writeVarint(plain, 0, tag)
  write(plain, header)
  if (!compress) return plain

  const flushed = deflateRawSync(plain.subarray(header), length < SHORT ? DEFLATE_SHORT : DEFLATE)
  const size = flushed.length - FLUSHED
  if (size > length * 0.9) return plain
  const data = Buffer.allocUnsafe(header + size)
  writeVarint(data, 0, tag + 1)
  flushed.copy(data, header, 0, size)
  return data
}
