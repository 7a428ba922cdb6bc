import { crc32 } from 'node:zlib'
import { ByteReader } from './byte-reader.ts'
import { composeDeltas, copyDelta } from './compose-deltas.ts'
import { corruptRevision } from './corrupt-revision.ts'
import { readDelta } from './delta.ts'
import { joinContents } from './join-contents.ts'
import { Pieces } from './pieces.ts'

/** Pieces that a pair of deltas may gain by being composed. */
const SLACK = 64
/** Up to so many bytes a loop is faster than a native copy. */
const LOOP = 32
/** Lists are composed from one into the other and back; kept, because to make their arrays costs a short chain the most. */
let [pieces, spare] = [new Pieces(), new Pieces()]

/**
 * Rebuilds the text of a revision.
 *
 * The deltas are composed in pairs, the results in pairs again, until one is left, and each byte is copied once. So the
 * work is that of reading the rows, not that of making each text in between.
 *
 * @param chain data of the keyframe and of the deltas after it, oldest first
 * @param checksum CRC-32 of the text
 * @param size length of the text in bytes
 * @throws CorruptDataError if it is not the text that was encoded
 */
export function rebuildRevision(chain: readonly Buffer[], checksum: number, size: number): Buffer {
  if (chain.length === 0) throw corruptRevision('its keyframe is missing')
  const { contents, ends } = joinContents(chain, 'keyframe')
  const base = contents.subarray(0, ends[0])
  return requireText(applyDeltas(base, contents, ends, size), checksum, size)
}

/** The same for the text that deltas make of one that is known. */
export function rebuildFrom(base: Buffer, deltas: readonly Buffer[], checksum: number, size: number): Buffer {
  const { contents, ends } = joinContents(deltas, 'delta')
  return requireText(applyDeltas(base, contents, [0, ...ends], size), checksum, size)
}

function requireText(text: Buffer, checksum: number, size: number): Buffer {
  if (text.length !== size) throw corruptRevision('it has another length than the revision')
  if (crc32(text) !== checksum) throw corruptRevision('its checksum is wrong')
  return text
}

/** Each delta stands in `contents` from an end to the next one. */
function applyDeltas(base: Buffer, contents: Buffer, ends: readonly number[], size: number): Buffer {
  if (ends.length === 1) return base
  pieces.clear()
  let { length } = base
  for (let i = 1; i < ends.length; i++) {
    length = readDelta(new ByteReader(contents, ends[i - 1], ends[i]), length, pieces)
    pieces.endList()
  }
  if (length !== size) throw corruptRevision('it has another length than the revision')

  while (pieces.lists > 1) {
    composePairs(pieces, spare)
    if (spare.lists === pieces.lists) break
    ;[pieces, spare] = [spare, pieces]
  }
  return fill(base, contents, composeBackwards(pieces), size)
}

/** Composes each two deltas that follow each other into `target`, except those that would have many more pieces as one. */
function composePairs(pieces: Pieces, target: Pieces): void {
  target.clear()
  for (let list = 0; list < pieces.lists; list += 2) {
    const earlier = { pieces, list }
    const later = { pieces, list: list + 1 }
    if (list + 1 === pieces.lists) {
      copyDelta(earlier, target)
      break
    }
    const most = (pieces.starts[list + 2] as number) - (pieces.starts[list] as number) + SLACK
    if (!composeDeltas(later, earlier, target, most)) {
      copyDelta(earlier, target)
      copyDelta(later, target)
    }
  }
}

/** Composes what is left from its end: so there are never more pieces than the last text has bytes. */
function composeBackwards(pieces: Pieces): Pieces {
  let all = { pieces, list: pieces.lists - 1 }
  for (let list = pieces.lists - 2; list >= 0; list--) {
    const target = new Pieces()
    composeDeltas(all, { pieces, list }, target, Number.POSITIVE_INFINITY)
    all = { pieces: target, list: 0 }
  }
  if (all.list === 0) return all.pieces
  const target = new Pieces()
  copyDelta(all, target)
  return target
}

/** Writes the text of a delta against the base. */
function fill(base: Buffer, contents: Buffer, { ends, sources, count }: Pieces, size: number): Buffer {
  const text = Buffer.allocUnsafe(size)
  let start = 0
  for (let i = 0; i < count; i++) {
    const end = ends[i] as number
    const source = sources[i] as number
    if (source < 0) copyBytes(contents, -1 - source, text, start, end)
    else copyBytes(base, source, text, start, end)
    start = end
  }
  return text
}

function copyBytes(source: Buffer, from: number, target: Buffer, start: number, end: number): void {
  if (end - start > LOOP) source.copy(target, start, from, from + end - start)
  else for (let i = start, j = from; i < end; i++, j++) target[i] = source[j] as number
}
