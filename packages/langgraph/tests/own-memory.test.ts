import { describe, expect, it } from 'vitest'
import { megabytesHeld } from '../../sdk/tests/megabytes-held.ts'
import { inOwnMemory } from '../src/own-memory.ts'

/** The beginnings of fifty pages, in states like that of a graph; `hold` tells what of each stays. */
const beginnings = (hold: (state: unknown) => unknown) => () =>
  Array.from({ length: 50 }, (_, i) => {
    const page = Buffer.alloc(2_000_000, `page ${i} `).toString('latin1')
    return hold({ list: [page.slice(9, 500)], map: new Map([[page.slice(5, 90), new Set([page.slice(3, 80)])]]) })
  })

/** What each of these takes is known to the byte, but for what is around it. */
const KNOWN: [string, () => unknown, number][] = [
  ['texts', () => Array.from({ length: 200 }, (_, i) => `${i}`.padEnd(20_000, '\u2028')), 8],
  ['bytes', () => [Buffer.alloc(5_000_000)], 5],
  ['large numbers', () => [2n ** 16_000_000n], 2],
  ['keys', () => Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`${i}`.padEnd(1_000, 'k'), i])), 2],
]

describe('a state that is held in memory of its own', () => {
  it('does not hold on to the long texts that its strings were cut from', () => {
    expect(megabytesHeld(beginnings((state) => inOwnMemory(state, undefined)))).toBeLessThan(50)
  })

  it('control: the strings themselves do', () => {
    expect(megabytesHeld(beginnings((state) => state))).toBeGreaterThan(80)
  })

  it('takes equal texts from the one before', () => {
    const text = () => [['x'.repeat(1_000_000), { a: 'y'.repeat(1_000_000) }]]
    const first = inOwnMemory(text(), undefined).value
    expect(megabytesHeld(() => Array.from({ length: 20 }, () => inOwnMemory(text(), first)))).toBeLessThan(2)
    expect(megabytesHeld(() => Array.from({ length: 20 }, () => inOwnMemory(text(), [])))).toBeGreaterThan(30)
  })

  it.each(KNOWN)('tells how much memory %s take', (_, make, megabytes) => {
    const { bytes } = inOwnMemory(make(), undefined)
    expect(bytes / 1e6).toBeGreaterThan(megabytes * 0.9)
    expect(bytes / 1e6).toBeLessThan(megabytes * 1.5)
  })
})
