import { MOST_BLOCKS } from './block-index.ts'
import { sameBytesAfter, sameBytesBefore } from './common-bytes.ts'
import { BLOCK, type Copy, type Gap, scanBlocks } from './scan-blocks.ts'

/** Blocks of a long range that are tried first; more of them, when these find less than most of it. */
const FEW_BLOCKS = 1024
const MOST_OF_IT = 7 / 8
/** Where so little is found, there is nothing worth a closer look: it is another text. */
const LITTLE_OF_IT = 1 / 8
/** Three looks, each closer by far, suffice for the longest text; more would only help one that is made to cost time. */
const DEEPEST = 3

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
  let found = scanBlocks(before, text, gap, distance)
  let closer = false
  if (distance > BLOCK && depth < DEEPEST) {
    const bytes = bytesOf(found)
    closer = bytes > newSize * LITTLE_OF_IT || found.length > FEW_BLOCKS * LITTLE_OF_IT
    if (closer && bytes < newSize * MOST_OF_IT) {
      distance = distanceOf(gap, MOST_BLOCKS)
      found = scanBlocks(before, text, gap, distance)
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
