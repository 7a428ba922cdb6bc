import { RecentlyUsed } from '@descartes/store'
import { describe, expect, it } from 'vitest'
import { encodeState } from '../src/encode-state.ts'
import type { Handle } from '../src/handle.ts'
import { DEFAULT_LIMITS } from '../src/limits.ts'
import { megabytesHeld } from './megabytes-held.ts'

const KEY = 'default\0a'

/** As much of a store's handle as it takes to encode a state. */
const open = () =>
  ({
    namespace: 'default',
    limits: DEFAULT_LIMITS,
    remembered: new RecentlyUsed(2 ** 22),
  }) as unknown as Handle<unknown>

const largeState = (text: string) => ({ list: Array.from({ length: 2000 }, (_, i) => `${text} number ${i}`) })

/** Turns of an agent that keeps the beginning of each long output; what `hold` returns of each state stays. */
function takeTurns(hold: (state: unknown) => unknown): unknown[] {
  return Array.from({ length: 40 }, (_, turn) => {
    const output = Buffer.alloc(4_000_000, `output ${turn} `).toString('latin1')
    return hold({ beginning: output.slice(0, 2000), ...largeState(`turn ${turn}`) })
  })
}

describe('what is remembered of a state', () => {
  it('does not hold on to the long texts that its strings were cut from', () => {
    const handle = open()
    const held = megabytesHeld(() => {
      takeTurns((state) => encodeState(handle, 'a', state).length)
      return handle.remembered.get(KEY)
    })
    expect(held).toBeGreaterThan(0)
    expect(held).toBeLessThan(60)
  })

  it('control: the strings themselves do', () => {
    expect(megabytesHeld(() => takeTurns((state) => (state as { beginning: string }).beginning))).toBeGreaterThan(100)
  })

  it.each([
    ['takes more than there is room for', largeState('x'.repeat(5000))],
    ['is not plain JSON', { ...largeState('a'), at: new Date(0) }],
  ])('is nothing, from then on, when it %s', (_, state) => {
    const handle = open()
    const texts = Array.from({ length: 4 }, () => String(encodeState(handle, 'a', state)))
    expect(new Set(texts).size).toBe(1)
    expect(handle.remembered.get(KEY)).toBe('whole')
  })

  it('is a plain one that came twice, and what comes out is its JSON', () => {
    const handle = open()
    encodeState(handle, 'a', largeState('a'))
    expect(handle.remembered.get(KEY)).toBe('large')
    expect(String(encodeState(handle, 'a', largeState('b')))).toBe(JSON.stringify(largeState('b')))
    expect(handle.remembered.get(KEY)).toMatchObject({ root: {} })
  })

  it('is nothing of a small one', () => {
    const handle = open()
    encodeState(handle, 'a', { step: 1 })
    expect(handle.remembered.get(KEY)).toBeUndefined()
  })
})
