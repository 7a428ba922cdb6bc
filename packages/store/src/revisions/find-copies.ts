import { BlockIndex, hashBlock, MOST_BLOCKS, rollHash } from './block-index.ts'
import { sameBytesAfter, sameBytesBefore } from './common-bytes.ts'

/** A part of the new text that stands in the text before, too. */
export interface Copy {
  /** Where it stands in the new text. */
  to: number
  /** Where it stands in the text before. */
  from: number
  length: number
}

/** What is the same over fewer bytes is not found. */
const BLOCK = 16
/** Of a long text fewer blocks are indexed, and longer ones, which seldom stand in several places. */
const LONG_BLOCK = 32
/**
 * In a long text, less than this is likely to be a phrase from anywhere. It would hide where the text goes on; the closer
 * look finds it if it is not.
 */
const LEAST_COPY = 64
/** Blocks of a long range that are tried first; more of them, when these find less than most of it. */
const FEW_BLOCKS = 1024
const MOST_OF_IT = 7 / 8
/** Where so little is found, there is nothing worth a closer look: it is another text. */
const LITTLE_OF_IT = 1 / 8
/** Three looks, each closer by far, suffice for the longest text; more would only help one that is made to cost time. */
const DEEPEST = 3
const index = new BlockIndex()

/** Two ranges to search: of the text before and of the new one. */
interface Gap {
  from: number
  fromEnd: number
  to: number
  toEnd: number
}

/** Finds the parts of a text that stand in the text before, in the order of the new text. */
export function findCopies(before: Buffer, text: Buffer): Copy[] {
  const shorter = Math.min(before.length, text.length)
  const prefix = sameBytesAfter(before, 0, text, 0, shorter)
  const suffix = sameBytesBefore(before, before.length, text, text.length, shorter - prefix)
  const copies: Copy[] = []
  if (prefix > 0) copies.push({ to: 0, from: 0, length: prefix })
  const fromEnd = before.length - suffix
  const toEnd = text.length - suffix
  searchGap(before, text, { from: prefix, fromEnd, to: prefix, toEnd }, copies)
  if (suffix > 0) copies.push({ to: toEnd, from: fromEnd, length: suffix })
  return copies
}

/**
 * Adds what it finds of the new range in the old one. The work is linear in the size of both, and little when most of it
 * is found: a long range is searched for few blocks first, and the places between two finds more closely.
 */
function searchGap(before: Buffer, text: Buffer, gap: Gap, copies: Copy[], depth = 0): void {
  const newSize = gap.toEnd - gap.to
  if (gap.fromEnd - gap.from < BLOCK || newSize < BLOCK) return
  let distance = distanceOf(gap, FEW_BLOCKS)
  let found = scan(before, text, gap, distance)
  let closer = false
  if (distance > BLOCK && depth < DEEPEST) {
    const bytes = bytesOf(found)
    closer = bytes > newSize * LITTLE_OF_IT || found.length > FEW_BLOCKS * LITTLE_OF_IT
    if (closer && bytes < newSize * MOST_OF_IT) {
      distance = distanceOf(gap, MOST_BLOCKS)
      found = scan(before, text, gap, distance)
      closer = distance > BLOCK
    }
  }
  let { from, to } = gap
  for (const copy of found) {
    if (closer) searchGap(before, text, between(from, to, copy.from, copy.to, gap.fromEnd), copies, depth + 1)
    copies.push(copy)
    from = copy.from + copy.length
    to = copy.to + copy.length
  }
  if (closer) searchGap(before, text, between(from, to, gap.fromEnd, gap.toEnd, gap.fromEnd), copies, depth + 1)
}

function distanceOf(gap: Gap, blocks: number): number {
  return Math.max(BLOCK, Math.ceil((gap.fromEnd - gap.from) / blocks))
}

function bytesOf(copies: readonly Copy[]): number {
  let bytes = 0
  for (const { length } of copies) bytes += length
  return bytes
}

/** What is left between two finds. The old range is kept in proportion to the new one, so that all of them stay linear. */
function between(from: number, to: number, nextFrom: number, nextTo: number, fromEnd: number): Gap {
  const most = from + 2 * (nextTo - to)
  return { from, fromEnd: Math.min(nextFrom >= from ? nextFrom : fromEnd, most), to, toEnd: nextTo }
}

/** Indexes blocks of the old range, and looks for them at every byte of the new one that is not found yet. */
function scan(before: Buffer, text: Buffer, gap: Gap, distance: number): Copy[] {
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
