import type { Pieces } from './pieces.ts'

/** A list of pieces: which one of them. */
export interface DeltaPieces {
  pieces: Pieces
  list: number
}

/**
 * Makes one delta of two that follow each other, as a new list in `target`. False, and no list, if it would have more
 * than `most` pieces: copies of copies can multiply them.
 */
export function composeDeltas(later: DeltaPieces, earlier: DeltaPieces, target: Pieces, most: number): boolean {
  const { ends, sources } = later.pieces
  const first = later.pieces.starts[later.list] as number
  const stop = later.pieces.starts[later.list + 1] as number
  const earlierEnds = earlier.pieces.ends
  const earlierSources = earlier.pieces.sources
  const earlierFirst = earlier.pieces.starts[earlier.list] as number
  const earlierStop = earlier.pieces.starts[earlier.list + 1] as number

  const mark = target.count
  let start = 0
  let at = earlierFirst
  for (let i = first; i < stop; i++) {
    const end = ends[i] as number
    const source = sources[i] as number
    let rest = end - start
    start = end
    if (source < 0) {
      target.addPart(rest, source, 0)
      continue
    }
    at = pieceAt(earlierEnds, earlierFirst, earlierStop, source, at)
    let skip = source - (at === earlierFirst ? 0 : (earlierEnds[at - 1] as number))
    while (true) {
      const length = (earlierEnds[at] as number) - (at === earlierFirst ? 0 : (earlierEnds[at - 1] as number)) - skip
      const part = Math.min(rest, length)
      target.addPart(part, earlierSources[at] as number, skip)
      rest -= part
      if (rest === 0) break
      skip = 0
      at++
    }
    if (target.count - mark > most) {
      target.dropOpenList()
      return false
    }
  }
  target.endList()
  return true
}

/** Adds a list unchanged. */
export function copyDelta(delta: DeltaPieces, target: Pieces): void {
  const stop = delta.pieces.starts[delta.list + 1] as number
  let start = 0
  for (let i = delta.pieces.starts[delta.list] as number; i < stop; i++) {
    const end = delta.pieces.ends[i] as number
    target.addPart(end - start, delta.pieces.sources[i] as number, 0)
    start = end
  }
  target.endList()
}

/** The piece in which a position lies. Copies mostly follow each other, so the last one and the next are tried first. */
function pieceAt(ends: Int32Array, first: number, stop: number, position: number, near: number): number {
  for (let i = near; i < Math.min(near + 2, stop); i++) {
    if (position < (ends[i] as number) && (i === first || position >= (ends[i - 1] as number))) return i
  }
  let low = first
  let high = stop - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (position < (ends[middle] as number)) high = middle
    else low = middle + 1
  }
  return low
}
