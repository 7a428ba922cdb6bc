import type { JsonPatchOperation, JsonValue } from '@descartes/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { patchText } from './faulty-patch.ts'
import { patchValue } from './reference.ts'

const LENGTH = 3_000
const STEPS = 2_500

/** Steps over a list: what is done, where, and whether at one place or all over it. */
const steps = fc.record({
  ops: fc.array(fc.constantFrom('add', 'remove', 'replace', 'move'), { minLength: 3, maxLength: 3 }),
  start: fc.nat({ max: LENGTH - 1 }),
  stride: fc.constantFrom(0, 1, -1, 997),
})

describe('a patch of thousands of operations', () => {
  test('does to a list what it does to its value', () => {
    const list = Array.from({ length: LENGTH }, (_, i) => (i % 7 === 0 ? { n: i, s: 'x"]' } : i))
    const agrees = fc.property(steps, ({ ops, start, stride }) => {
      let length = LENGTH
      const patch = Array.from({ length: STEPS }, (_, i): JsonPatchOperation => {
        const at = (((start + i * stride) % length) + length) % length
        const op = ops[i % ops.length]
        if (op === 'remove' && length > 1) {
          length--
          return { op, path: `/list/${at}` }
        }
        if (op === 'replace') return { op, path: `/list/${at}`, value: [i] }
        if (op === 'move') return { op, from: `/list/${at}`, path: `/list/${(at * 31) % length}` }
        length++
        return { op: 'add', path: `/list/${at}`, value: `new ${i}` }
      })
      expectAgreement({ first: 1, list, last: 1 }, patch)
    })
    fc.assert(agrees, { numRuns: 10 })
  })

  test('does to an object of many keys what it does to its value', () => {
    const wide = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`key ${i}`, i % 5 === 0 ? [i] : i]))
    const patch = Array.from({ length: 400 }, (_, i): JsonPatchOperation => {
      if (i % 3 === 0) return { op: 'remove', path: `/wide/key ${i}` }
      return { op: i % 3 === 1 ? 'replace' : 'add', path: `/wide/${i % 3 === 1 ? 'key' : 'new'} ${i}`, value: -i }
    })
    expectAgreement({ first: 1, wide, last: 1 }, patch)
  })
})

function expectAgreement(document: JsonValue, patch: readonly JsonPatchOperation[]): void {
  expect(patchText(JSON.stringify(document), patch)).toBe(JSON.stringify(patchValue(document, patch)))
}
