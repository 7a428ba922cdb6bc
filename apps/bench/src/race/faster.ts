import { ratio } from '../measure.ts'
import type { CellResult } from './cell.ts'
import type { ContestantId } from './entrant.ts'
import type { HistoryReport } from './report.ts'

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

/** Who kept a history in less time than `than`, with quartiles that do not overlap. The fastest comes first. */
export function fasterKeepers(than: ContestantId, results: HistoryReport['results']): Faster[] {
  const own = results[than]?.time
  if (own === undefined) return []
  return Object.entries(results)
    .filter(([, { time }]) => time.high < own.low)
    .map(([id, { time }]) => ({ id: id as ContestantId, times: own.median / time.median }))
    .sort((a, b) => b.times - a.times)
}
