import { InvalidInputError, type StateValue } from '@descartes/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeJson, encodeJson, tag } from '../../src/codec.ts'
import { document, type Spelling, spell, spelling } from './documents.ts'
import { FAULTY, type PatchText, patchText } from './faulty-patch.ts'
import { patchFor, picks } from './patches.ts'
import { patchValue, Refusal, sorted } from './reference.ts'

/** A patch of the text does what the same patch does to the value, and refuses what that refuses. */
function expectAgreement(patched: PatchText, options: fc.Parameters<unknown> = {}): void {
  const agrees = fc.property(document, spelling, picks, (value, how, picked) => {
    const text = spell(value, how)
    const patch = patchFor(value, picked)
    const [actual, expected] = [
      outcomeOf(() => decodeJson(patched(text, patch), 'state'), how),
      outcomeOf(() => patchValue(value, patch), how),
    ]
    if (actual !== expected) expect.fail(`${JSON.stringify(patch)}: ${actual}, not ${expected}`)
  })
  fc.assert(agrees, { numRuns: 1_000, ...options })
}

/** The value as text, in which the order of keys counts unless some came twice; or the operation that was refused. */
function outcomeOf(change: () => StateValue, { repeats }: Pick<Spelling, 'repeats'>): string | number {
  try {
    const value = change()
    return value === undefined ? 'refused' : encodeJson(repeats ? sorted(value) : value, 'value', 1e9)
  } catch (error) {
    if (error instanceof Refusal) return error.index
    if (!(error instanceof InvalidInputError)) throw error
    return error.path === 'patch' ? 'refused' : Number(error.path.split('/')[1])
  }
}

describe('a patch of the text of a document', () => {
  test('does what the same patch does to its value', () => {
    expectAgreement(patchText)
  })

  test('leaves the text as a save would write it, but for the place of keys that are numbers', () => {
    const staysCanonical = fc.property(document, picks, (value, picked) => {
      const text = encodeJson(value, 'state', 1e9)
      const patch = patchFor(value, picked)
      const result = outcomeOf(() => decodeJson(patchText(text, patch), 'state'), { repeats: false })
      // The tags of a value that has gone stay, too.
      if (typeof result === 'string' && result !== 'refused' && !/"\d+":/.test(result))
        expect([result, tag(result)]).toContain(patchText(text, patch))
    })
    fc.assert(staysCanonical, { numRuns: 500 })
  })

  test.each(Object.entries(FAULTY))('control: one that %s is found', (_, faulty) => {
    expect(() => expectAgreement(faulty, { endOnFailure: true })).toThrow()
  })
})
