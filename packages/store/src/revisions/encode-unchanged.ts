import { planDelta, writeDelta } from './delta.ts'
import { REVERSE_FROM } from './encode-reverse.ts'
import { type EncodedRevision, MOST_CHAIN, ROW } from './encode-revision.ts'
import { MOST_TEXT, packRow } from './row-data.ts'

const NONE = Buffer.alloc(0)

/**
 * A revision with the very text of the one before, of which the size, the checksum and the chain are enough; undefined
 * when the chain has grown too long, so that the text must be stored whole.
 */
export function encodeUnchanged(
  size: number,
  before: { chainBytes: number; checksum: number },
): EncodedRevision | undefined {
  const plan = planDelta([{ from: 0, to: 0, length: size }], size)
  const chainBytes = before.chainBytes + plan.length + ROW
  if (chainBytes > MOST_CHAIN * size || size > MOST_TEXT) return undefined
  const data = packRow('delta', plan.length, false, (target, at) => void writeDelta(target, at, plan, NONE))
  const reverse = size < REVERSE_FROM ? null : data
  return { kind: 'delta', data, reverse, chainBytes, checksum: before.checksum }
}
