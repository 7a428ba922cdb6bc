import type { OldRuns, Reader } from './old-runs.ts'
import type { Run } from './shadow.ts'

/** A container on the way down to the member at hand. */
export interface Frame extends Reader {
  readonly old: OldRuns | undefined
  /** Where its members' tokens begin. */
  readonly first: number
  at: number
  next: number
  /** The least that the pending members take as text. */
  least: number
  /** What is written; undefined until something is. */
  runs: Run[] | undefined
  /** Where its text begins: with its key, and without. */
  entry: number
  start: number
}

/** The text of the members that are read and not written, with keys and the commas between them. */
export function textOfPending({ value, keys, next, at, count }: Frame): string {
  if (next === 0 && at === count) return JSON.stringify(value).slice(1, -1)
  if (keys !== undefined)
    return keys
      .slice(next, at)
      .map((key) => `${JSON.stringify(key)}:${JSON.stringify(value[key as never])}`)
      .join()
  const items: unknown[] = []
  for (let i = next; i < at; i++) items.push((value as unknown[])[i])
  return JSON.stringify(items).slice(1, -1)
}
