import { BlockIndex, hashBlock, rollHash } from './block-index.ts'
import { sameBytesAfter, sameBytesBefore } from './common-bytes.ts'

/** A part of the new text that stands in the text before, too. */
export interface Copy {
  /** Where it stands in the new text. */
  to: number
  /** Where it stands in the text before. */
  from: number
  length: number
}

/** Two ranges to search: of the text before and of the new one. */
export interface Gap {
  from: number
  fromEnd: number
  to: number
  toEnd: number
}

/** What is the same over fewer bytes is not found. */
export const BLOCK = 16
/** Of a long text fewer blocks are indexed, and longer ones, which seldom stand in several places. */
const LONG_BLOCK = 32
/**
 * In a long text, less than this is likely to be a phrase from anywhere. It would hide where the text goes on; the closer
 * look finds it if it is not.
 */
const LEAST_COPY = 64
const index = new BlockIndex()

/** Indexes blocks of the old range, and looks for them at every byte of the new one that is not found yet. */
export function scanBlocks(before: Buffer, text: Buffer, gap: Gap, distance: number): Copy[] {
  const block = distance > BLOCK ? LONG_BLOCK : BLOCK
  index.clear(Math.ceil((gap.fromEnd - gap.from) / distance))
  for (let at = gap.from; at + block <= gap.fromEnd; at += distance) index.add(hashBlock(before, at, block), at)

  const found: Copy[] = []
  const shift = 32 / block
  const least = distance > BLOCK ? LEAST_COPY : BLOCK
  let covered = gap.to
  let hash = 0
  // A hash is one of a whole block once as many bytes have gone in.
  let whole = covered + block
  for (let at = covered; at < gap.toEnd; ) {
    hash = rollHash(hash, text[at++] as number, shift)
    if (at < whole || !index.mayHave(hash)) continue
    const copy = longestCopy(before, text, hash, at - block, covered, gap.toEnd, block)
    if (copy === undefined) continue
    at = copy.to + copy.length
    whole = at + block
    if (copy.length < least) continue
    if (copy.to === covered) takeOver(before, text, copy, gap.to, found)
    found.push(copy)
    covered = at
  }
  return found
}

/**
 * Extends a copy back over what was found before it: that may have been a phrase that stands in many places, taken from
 * the wrong one. It goes back by no more than the copy's length, so that the work stays linear.
 */
function takeOver(before: Buffer, text: Buffer, copy: Copy, first: number, found: Copy[]): void {
  const most = Math.min(copy.from, copy.to - first, copy.length)
  const more = sameBytesBefore(before, copy.from, text, copy.to, most)
  copy.to -= more
  copy.from -= more
  copy.length += more
  for (let last = found.at(-1); last !== undefined && last.to + last.length > copy.to; last = found.at(-1)) {
    if (last.to < copy.to) last.length = copy.to - last.to
    else found.pop()
  }
}

/** The longest copy around position `at` of the new text, of those that the blocks of this hash give. */
function longestCopy(
  before: Buffer,
  text: Buffer,
  hash: number,
  at: number,
  covered: number,
  toEnd: number,
  length: number,
): Copy | undefined {
  let best: Copy | undefined
  for (let block = index.find(hash); block !== 0; block = index.find(hash, block)) {
    const from = index.position(block)
    const after = sameBytesAfter(before, from, text, at, Math.min(before.length - from, toEnd - at))
    if (after < length) continue
    const ahead = sameBytesBefore(before, from, text, at, Math.min(from, at - covered))
    if (best === undefined || ahead + after > best.length)
      best = { to: at - ahead, from: from - ahead, length: ahead + after }
  }
  return best
}
