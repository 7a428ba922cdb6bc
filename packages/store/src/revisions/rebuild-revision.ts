import { crc32 } from 'node:zlib'
import { ByteReader } from './byte-reader.ts'
import { composeDeltas, copyDelta } from './compose-deltas.ts'
import { corruptRevision } from './corrupt-revision.ts'
import { readDelta } from './delta.ts'
import { joinContents } from './join-contents.ts'
import { Pieces } from './pieces.ts'

/** Pieces that a pair of deltas may gain by being composed. */
const SLACK = 64
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
  const { contents, ends } = joinContents(chain)
  const text = chain.length === 1 ? contents : applyDeltas(contents, ends, size)
  if (text.length !== size) throw corruptRevision('it has another length than the revision')
  if (crc32(text) !== checksum) throw corruptRevision('its checksum is wrong')
  return text
}

function applyDeltas(contents: Buffer, ends: readonly number[], size: number): Buffer {
  pieces.clear()
  let length = ends[0] as number
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
  return fill(contents, composeBackwards(pieces), size)
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

/** Writes the text of a delta against the keyframe, with which the joined contents start. */
function fill(contents: Buffer, { ends, sources, count }: Pieces, size: number): Buffer {
  const text = Buffer.allocUnsafe(size)
  let start = 0
  for (let i = 0; i < count; i++) {
    const end = ends[i] as number
    const source = sources[i] as number
    const from = source < 0 ? -1 - source : source
    contents.copy(text, start, from, from + end - start)
    start = end
  }
  return text
}
