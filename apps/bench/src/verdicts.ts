import type { Verdict } from './groups/group.ts'
import { formatRatio, table } from './table.ts'

/** The last table: each target, the median that was measured, its quartiles, and whether it holds. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ target, limit, measured, holds, note }) => [
    holds === undefined ? '–' : holds ? '✓' : '✗',
    note === undefined ? target : `${target}\n  ${note}`,
    limit,
    measured === undefined ? '–' : formatRatio(measured),
  ])
  return table('What the numbers must hold', ['', 'target', 'limit', 'measured'], rows, 2)
}
