import type { Figure } from '../measure.ts'
import type { Progress } from '../progress.ts'

/** What a group runs with. */
export interface Run {
  quick: boolean
  /** Rounds that count. */
  rounds: number
  /** About how long one subject works in one round. */
  roundMs: number
  /** A folder for databases; removed when the run ends. */
  folder: string
  /** The seeded database, closed, to be copied. */
  template: string
  progress: Progress
}

/** A line of the last table: what was promised, and what was measured. */
export interface Verdict {
  target: string
  limit: string
  /** Undefined when it could not be measured; `note` says why. */
  measured: Figure | undefined
  /** Undefined when this run did not measure what the target says. */
  holds: boolean | undefined
  /** Which of several figures it is, and what else is to be known. */
  note?: string
}

/** What a group measured. */
export interface GroupResult {
  name: string
  /** Every figure, as it goes into the JSON report. */
  figures: unknown
  /** The group's tables, as text. */
  tables: string
  verdicts: Verdict[]
}
