import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rebuildRevision } from '../../src/revisions/rebuild-revision.ts'
import { zigzag } from '../../src/revisions/varint.ts'
import { deltaOf, keyframeOf } from './hand-made.ts'
import { readPlainly } from './reference-reader.ts'

/** A longer text than this is not copied any further. */
const LONGEST = 30_000

/** One step of a delta: bytes to insert, and the part of the text before that is copied then, given in fractions of it. */
interface Step {
  insert: Buffer
  from: number
  length: number
}

const place = fc.double({ min: 0, max: 1, noNaN: true })
const step: fc.Arbitrary<Step> = fc.record({
  insert: fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes)),
  from: fc.oneof(place, fc.constant(0)),
  length: fc.oneof(place, fc.constant(1), fc.constant(0.01)),
})

/** The delta of these steps, and the text that it makes. */
function apply(before: Buffer, steps: readonly Step[]): { text: Buffer; delta: Buffer } {
  const texts: Buffer[] = []
  const parts: (number | Buffer)[] = []
  let end = 0
  let made = 0
  for (const { insert, from, length } of steps) {
    const start = Math.floor(from * before.length)
    const copy = before.subarray(start, start + Math.ceil(length * (before.length - start)))
    if (copy.length === 0 || made + copy.length > LONGEST) continue
    parts.push(insert.length, insert, copy.length, zigzag(start - end))
    texts.push(insert, copy)
    made += insert.length + copy.length
    end = start + copy.length
  }
  return { text: Buffer.concat(texts), delta: deltaOf(made, ...parts) }
}

describe('a chain of deltas that another writer made', () => {
  it('is read, however it copies: pieces again and again, in any order, ever more and then fewer', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 20 }),
        (bytes, deltas) => {
          let text: Buffer = Buffer.from(bytes)
          const chain = [keyframeOf(text)]
          for (const steps of deltas) {
            const next = apply(text, steps)
            if (next.text.length === 0) continue
            text = next.text
            chain.push(next.delta)
          }
          expect(readPlainly(chain).equals(text)).toBe(true)
          expect(rebuildRevision(chain, crc32(text), text.length).equals(text)).toBe(true)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('is read in little time when each delta turns the text around, byte by byte', () => {
    const text = Buffer.from('{"step":1,"messages":["one","two"]}')
    const { length } = text
    const steps = Array.from({ length }, (_, i) => [0, 1, i === 0 ? zigzag(length - 1) : zigzag(-2)])
    const chain = [keyframeOf(text), ...Array.from({ length: 1_000 }, () => deltaOf(length, ...steps.flat()))]
    expect(rebuildRevision(chain, crc32(text), length)).toEqual(text)
  })

  it('is read in little time when many deltas repeat what is in many pieces', () => {
    const text = Buffer.from(Array.from({ length: 1_000 }, (_, i) => i % 251))
    const { length } = text
    const turned = Array.from({ length }, (_, i) => [0, 1, i === 0 ? zigzag(length - 1) : zigzag(-2)])
    const twice = [0, length, 0, 0, length, zigzag(-length)]
    const firstHalf = [0, length, 0]
    const round = [deltaOf(length, ...turned.flat()), deltaOf(2 * length, ...twice), deltaOf(length, ...firstHalf)]
    const chain = [keyframeOf(text), ...Array.from({ length: 100 }, () => round).flat()]
    expect(rebuildRevision(chain, crc32(text), length)).toEqual(text)
  })
})
