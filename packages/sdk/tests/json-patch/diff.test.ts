import type { StateValue } from '@descartes/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeJson, encodeJson } from '../../src/codec.ts'
import { compilePatch } from '../../src/json-patch/apply-patch.ts'
import { diff } from '../../src/json-patch/diff.ts'
import { json, stateValue } from '../json-arbitraries.ts'
import { document } from './documents.ts'
import { patchFor, picks } from './patches.ts'
import { patchValue, Refusal, sorted } from './reference.ts'

const textOf = (value: StateValue) => encodeJson(value, 'state', 1e9)

/** The patch between two values makes the one of the other. */
function expectToLead(before: StateValue, after: StateValue, patch = diff(before, after)): void {
  const reached = decodeJson(compilePatch(patch, 1e9)(textOf(before)), 'state')
  expect(textOf(sorted(reached))).toBe(textOf(sorted(after)))
}

/** A document, and another that comes from it by a patch. */
function related(document: StateValue, picked: Parameters<typeof patchFor>[1]): [StateValue, StateValue] {
  const patch = patchFor(document, picked)
  for (let length = patch.length; ; length--) {
    try {
      return [document, patchValue(document, patch.slice(0, length))]
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  }
}

describe('the difference of two values', () => {
  test('is a patch that makes the one of the other', () => {
    const leads = fc.property(document, picks, (value, picked) => {
      const [before, after] = related(value, picked)
      if (after !== undefined) expectToLead(before, after)
    })
    fc.assert(leads, { numRuns: 400 })
    const state = fc.oneof(json, stateValue).filter((value) => value !== undefined)
    fc.assert(
      fc.property(state, state, (before, after) => expectToLead(before, after)),
      { numRuns: 500 },
    )
  })

  test('is nothing when they are equal, in whatever order their keys are', () => {
    const isNothing = fc.property(stateValue, (value) => {
      expect(diff(value, sorted(value))).toEqual([])
    })
    fc.assert(isNothing)
    expect(diff(new URL('https://a.example/'), new URL('https://b.example/'))).toHaveLength(1)
  })

  test('tells apart 0 and -0, NaN and null, a Date and its text', () => {
    expect(diff([0, Number.NaN, new Date(0)], [-0, null, '1970-01-01T00:00:00.000Z'])).toEqual([
      { op: 'replace', path: '/0', value: -0 },
      { op: 'replace', path: '/1', value: null },
      { op: 'replace', path: '/2', value: '1970-01-01T00:00:00.000Z' },
    ])
    expect(diff([Number.NaN, 1n, undefined, -0], [Number.NaN, 1n, undefined, -0])).toEqual([])
  })

  test('is small when items came or went at one place of a long list', () => {
    const list = Array.from({ length: 1_000 }, (_, i) => ({ id: i, text: `message ${i}` }))
    expect(diff(list, [...list, { id: -1 }])).toEqual([{ op: 'add', path: '/1000', value: { id: -1 } }])
    expect(diff(list, list.toSpliced(3, 0, { id: -1, text: '' }))).toEqual([
      { op: 'add', path: '/3', value: { id: -1, text: '' } },
    ])
    expect(diff(list, list.toSpliced(500, 2))).toEqual([
      { op: 'remove', path: '/501' },
      { op: 'remove', path: '/500' },
    ])
  })

  test('goes to the fields that changed, in the order of the keys', () => {
    const before = { counter: 1, 'a/b': { gone: 1, stays: [1, 2] }, __proto__x: 1 }
    const after = { counter: 2, 'a/b': { stays: [1, 3], comes: new Set([1]) }, __proto__x: 1 }
    expect(diff(before, after)).toEqual([
      { op: 'replace', path: '/counter', value: 2 },
      { op: 'remove', path: '/a~1b/gone' },
      { op: 'replace', path: '/a~1b/stays/1', value: 3 },
      { op: 'add', path: '/a~1b/comes', value: new Set([1]) },
    ])
  })
})
