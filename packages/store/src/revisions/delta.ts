import type { ByteReader } from './byte-reader.ts'
import { corruptRevision } from './corrupt-revision.ts'
import type { Pieces } from './pieces.ts'
import { MOST_TEXT } from './row-data.ts'
import type { Copy } from './scan-blocks.ts'
import { unzigzag, varintLength, writeVarint, zigzag } from './varint.ts'

/**
 * The content of a delta: the length of the text, then, until that length is reached, in turns
 *   bytes to insert: how many, and the bytes;
 *   bytes to copy from the text before: how many, and from where, counted from the end of the last copy (zigzag).
 * All numbers are varints. A text that was appended to is one copy and one insertion.
 */
export interface DeltaPlan {
  copies: Copy[]
  textLength: number
  /** Bytes of the content. */
  length: number
}

/** Decides which of the copies pay, and how long the delta's content becomes. */
export function planDelta(found: readonly Copy[], textLength: number): DeltaPlan {
  const copies: Copy[] = []
  let length = varintLength(textLength)
  let to = 0
  let from = 0
  for (const copy of found) {
    const cost = varintLength(copy.length) + varintLength(zigzag(copy.from - from))
    // Without this copy its bytes are inserted, with the insertions on both sides.
    if (copy.length <= cost + 1) continue
    length += varintLength(copy.to - to) + copy.to - to + cost
    copies.push(copy)
    to = copy.to + copy.length
    from = copy.from + copy.length
  }
  if (to < textLength) length += varintLength(textLength - to) + textLength - to
  return { copies, textLength, length }
}

/** Writes the content that was planned; returns the position behind it. */
export function writeDelta(target: Buffer, start: number, plan: DeltaPlan, text: Buffer): number {
  let at = writeVarint(target, start, plan.textLength)
  let to = 0
  let from = 0
  for (const copy of plan.copies) {
    at = writeVarint(target, at, copy.to - to)
    at += text.copy(target, at, to, copy.to)
    at = writeVarint(target, at, copy.length)
    at = writeVarint(target, at, zigzag(copy.from - from))
    to = copy.to + copy.length
    from = copy.from + copy.length
  }
  if (to < plan.textLength) {
    at = writeVarint(target, at, plan.textLength - to)
    at += text.copy(target, at, to, plan.textLength)
  }
  return at
}

/** Reads a delta's content as pieces of the text before, which has `beforeLength` bytes; returns the text's length. */
export function readDelta(content: ByteReader, beforeLength: number, pieces: Pieces): number {
  const textLength = content.varint()
  if (textLength > MOST_TEXT) throw corruptRevision('its text is longer than that of any delta')
  let to = 0
  let from = 0
  while (to < textLength) {
    const insert = content.varint()
    if (insert > textLength - to || insert > content.end - content.at) throw corruptRevision('an insertion is too long')
    pieces.addInserted(insert, content.at)
    content.at += insert
    to += insert
    if (to === textLength) break
    const copy = content.varint()
    from += unzigzag(content.varint())
    if (copy > textLength - to || from < 0 || copy > beforeLength - from) {
      throw corruptRevision('a copy reaches beyond the text')
    }
    pieces.addCopied(copy, from)
    from += copy
    to += copy
    if (insert + copy === 0) throw corruptRevision('a step of it does nothing')
  }
  if (content.at !== content.end) throw corruptRevision('bytes are left over')
  return textLength
}
