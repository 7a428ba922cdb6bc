import { BlockIndex, hashBlock, leavingFactor, rollHash } from './block-index.ts'
import { sameBytesAfter, sameBytesBefore } from './common-bytes.ts'

/** A part of the new text that stands in the text before, too. */
export interface Copy {
  /** Where it stands in the new text. */
  to: number
  /** Where it stands in the text before. */
  from: number
  length: number
}

/** Blocks are the unit of search: what is the same over fewer bytes is not found. */
const BLOCK = 16
const LEAVING = leavingFactor(BLOCK)
/** As many blocks of a text are indexed, at equal distances; what lies between two finds is searched more closely. */
const MOST_BLOCKS = 4096
const index = new BlockIndex(MOST_BLOCKS)

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

/** Adds what it finds of the new range in the old one. The work is linear in the size of both. */
function searchGap(before: Buffer, text: Buffer, gap: Gap, copies: Copy[]): void {
  const size = gap.fromEnd - gap.from
  if (size < BLOCK || gap.toEnd - gap.to < BLOCK) return
  const distance = Math.max(BLOCK, Math.ceil(size / MOST_BLOCKS))
  const found = scan(before, text, gap, distance)
  let { from, to } = gap
  for (const copy of found) {
    if (distance > BLOCK) searchGap(before, text, between(from, to, copy.from, copy.to, gap.fromEnd), copies)
    copies.push(copy)
    from = copy.from + copy.length
    to = copy.to + copy.length
  }
  if (distance > BLOCK && found.length > 0) {
    searchGap(before, text, between(from, to, gap.fromEnd, gap.toEnd, gap.fromEnd), copies)
  }
}

/** What is left between two finds. The old range is kept in proportion to the new one, so that all of them stay linear. */
function between(from: number, to: number, nextFrom: number, nextTo: number, fromEnd: number): Gap {
  const most = from + 4 * (nextTo - to)
  return { from, fromEnd: Math.min(nextFrom >= from ? nextFrom : fromEnd, most), to, toEnd: nextTo }
}

/** Indexes blocks of the old range, and looks for them at every byte of the new one that is not found yet. */
function scan(before: Buffer, text: Buffer, gap: Gap, distance: number): Copy[] {
  index.clear(Math.ceil((gap.fromEnd - gap.from) / distance))
  for (let at = gap.from; at + BLOCK <= gap.fromEnd; at += distance) index.add(hashBlock(before, at, BLOCK), at)

  const found: Copy[] = []
  const last = gap.toEnd - BLOCK
  let covered = gap.to
  let at = gap.to
  let hash = hashBlock(text, at, BLOCK)
  while (true) {
    const block = index.find(hash)
    const copy = block === 0 ? undefined : longestCopy(before, text, block, hash, at, covered, gap.toEnd)
    if (copy === undefined) {
      if (at >= last) return found
      hash = rollHash(hash, text[at] as number, text[at + BLOCK] as number, LEAVING)
      at++
    } else {
      found.push(copy)
      covered = copy.to + copy.length
      at = covered
      if (at > last) return found
      hash = hashBlock(text, at, BLOCK)
    }
  }
}

/** The longest copy around position `at` of the new text, of those that the blocks of this hash give. */
function longestCopy(
  before: Buffer,
  text: Buffer,
  first: number,
  hash: number,
  at: number,
  covered: number,
  toEnd: number,
): Copy | undefined {
  let best: Copy | undefined
  for (let block = first; block !== 0; block = index.find(hash, block)) {
    const from = index.position(block)
    const after = sameBytesAfter(before, from, text, at, Math.min(before.length - from, toEnd - at))
    if (after < BLOCK) continue
    const ahead = sameBytesBefore(before, from, text, at, Math.min(from, at - covered))
    if (best === undefined || ahead + after > best.length)
      best = { to: at - ahead, from: from - ahead, length: ahead + after }
  }
  return best
}
