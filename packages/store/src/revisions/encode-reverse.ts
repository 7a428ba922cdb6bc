import { planDelta, writeDelta } from './delta.ts'
import { packRow } from './row-data.ts'
import type { Copy } from './scan-blocks.ts'

/** No reverse delta takes more: it is for texts that mostly grow, or change in a few small places. */
const MOST_REVERSE = 96
/** A shorter text is read through its chain in no time. */
export const REVERSE_FROM = 4096

/**
 * The delta that leads back to the text before, from the copies that led here; null when it would not be small. It has
 * the format of a delta, and is never compressed.
 */
export function encodeReverse(copies: readonly Copy[], before: Buffer): Buffer | null {
  if (before.length < REVERSE_FROM || copies.length > MOST_REVERSE / 2) return null
  const plan = planDelta(turnAround(copies), before.length)
  if (plan.length > MOST_REVERSE) return null
  return packRow('delta', plan.length, false, (target, at) => void writeDelta(target, at, plan, before))
}

/** The copies in the order of the text before. What was copied twice stands in both places, and is taken from the first. */
function turnAround(copies: readonly Copy[]): Copy[] {
  const back: Copy[] = []
  let end = 0
  for (const { from, to, length } of copies.toSorted((a, b) => a.from - b.from)) {
    const known = Math.max(0, end - from)
    if (known >= length) continue
    back.push({ to: from + known, from: to + known, length: length - known })
    end = from + length
  }
  return back
}
