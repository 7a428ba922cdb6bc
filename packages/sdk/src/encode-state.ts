import type { Encoded } from './codec/incremental.ts'
import { encodeJson, encodeLikeBefore } from './codec.ts'
import type { Handle } from './handle.ts'

/** A state of so many characters is worth it to be remembered. */
const LARGE = 16_384
/** Memory that the remembered states of one open store may take. */
export const REMEMBERED_BYTES = 32 * 2 ** 20

/** What is held of a state for which nothing is remembered: its key, and an entry of a map. */
const MARK_BYTES = 150

/**
 * How a state was encoded that is likely to come again with a few changes. `large`: it came once, and is remembered when
 * it comes again. `whole`: it cannot be remembered, since it is not plain JSON or takes too much.
 */
export type Remembered = Encoded | 'large' | 'whole'

/**
 * The state as its JSON text, or as the bytes of it. A large one that is saved again and again is compared with what it
 * was before, and only what has changed is encoded: that takes a fifth of the time.
 */
export function encodeState(handle: Handle<unknown>, agentId: string, state: unknown): string | Buffer {
  const { limits, remembered } = handle
  const key = keyOf(handle, agentId)
  const before = remembered.get(key)
  const mark = (as: 'large' | 'whole') => remembered.set(key, as, MARK_BYTES + 2 * key.length)
  if (before !== undefined && before !== 'whole') {
    const encoded = encodeLikeBefore(state, 'state', limits.stateBytes, before === 'large' ? undefined : before)
    if (encoded !== undefined) {
      remembered.set(key, encoded, encoded.memory)
      if (remembered.get(key) === undefined) mark('whole')
      return encoded.text
    }
  }
  const text = encodeJson(state, 'state', limits.stateBytes)
  if (before !== undefined) mark('whole')
  else if (text.length >= LARGE) mark('large')
  return text
}

/** Forgets an agent that is erased. */
export function forgetState(handle: Handle<unknown>, agentId: string): void {
  handle.remembered.set(keyOf(handle, agentId), undefined, 0)
}

function keyOf({ namespace }: Handle<unknown>, agentId: string): string {
  return `${namespace}\0${agentId}`
}
