import { crc32 } from 'node:zlib'
import { planDelta, writeDelta } from './delta.ts'
import { encodeReverse } from './encode-reverse.ts'
import { findCopies } from './find-copies.ts'
import { MOST_TEXT, packRow, type RevisionKind } from './row-data.ts'

/** A revision as it is stored. */
export interface EncodedRevision {
  kind: RevisionKind
  data: Buffer
  /** The delta that leads back to the text before, where there is a small one. */
  reverse: Buffer | null
  /** Bytes that reading this revision goes through: the keyframe, the deltas, and a fixed cost for each row. */
  chainBytes: number
  /** CRC-32 of the text. */
  checksum: number
}

/** What reading a row costs besides its bytes. */
export const ROW = 64
/** A chain may be this many times as long as the text that it makes. */
export const MOST_CHAIN = 2
/** A delta must be smaller than this part of the text. */
const CLEARLY_SMALLER = 0.75
/** Contents are compressed from this length on: below, there is too little to gain, and saving a small text must be fast. */
const COMPRESS_DELTA = 512
const COMPRESS_KEYFRAME = 4096

/** Encodes a text: as a delta against the one before, or whole when there is none or when that is the better choice. */
export function encodeRevision(
  text: Buffer,
  before: { text: Buffer; chainBytes: number } | undefined,
): EncodedRevision {
  const checksum = crc32(text)
  const mostDelta =
    before === undefined
      ? 0
      : Math.min(text.length * CLEARLY_SMALLER, MOST_CHAIN * text.length - before.chainBytes - ROW)
  if (before !== undefined && mostDelta > 0 && Math.max(text.length, before.text.length) <= MOST_TEXT) {
    const plan = planDelta(findCopies(before.text, text), text.length)
    if (plan.length <= mostDelta) {
      const data = packRow('delta', plan.length, plan.length >= COMPRESS_DELTA, (target, at) => {
        writeDelta(target, at, plan, text)
      })
      const reverse = encodeReverse(plan.copies, before.text)
      return { kind: 'delta', data, reverse, chainBytes: before.chainBytes + plan.length + ROW, checksum }
    }
  }
  const compress = text.length >= COMPRESS_KEYFRAME && text.length <= MOST_TEXT
  const data = packRow('keyframe', text.length, compress, (target, at) => {
    text.copy(target, at)
  })
  return { kind: 'keyframe', data, reverse: null, chainBytes: text.length + ROW, checksum }
}
