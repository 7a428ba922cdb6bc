import type { Figure } from '../measure.ts'
import type { CellResult } from './cell.ts'
import type { ContestantId } from './entrant.ts'

export interface Faster {
  id: ContestantId
  /** How many times the time of the other one is its own. */
  times: number
}

/** Who is faster than `than`: by its median, and with quartiles that do not overlap. The fastest comes first. */
export function fasterThan(than: ContestantId, { micros }: CellResult): Faster[] {
  const own = micros[than]
  if (own === undefined) return []
  return (Object.entries(micros) as [ContestantId, Figure][])
    .filter(([, { median, high }]) => median < own.median && high < own.low)
    .map(([id, { median }]) => ({ id, times: own.median / median }))
    .sort((a, b) => b.times - a.times)
}
