import { ratio } from '../measure.ts'
import type { CellResult } from './cell.ts'
import type { ContestantId } from './entrant.ts'

export interface Faster {
  id: ContestantId
  /** How many times its time the other one takes: the median of all rounds. */
  times: number
}

/** Who is faster than `than`, round for round, in three quarters of the rounds or more. The fastest comes first. */
export function fasterThan(than: ContestantId, { micros }: CellResult): Faster[] {
  const own = micros[than]?.rounds
  if (own === undefined) return []
  return Object.entries(micros)
    .map(([id, { rounds }]) => ({ id: id as ContestantId, ratio: ratio(own, rounds) }))
    .filter(({ ratio }) => ratio.low > 1)
    .map(({ id, ratio }) => ({ id, times: ratio.median }))
    .sort((a, b) => b.times - a.times)
}
