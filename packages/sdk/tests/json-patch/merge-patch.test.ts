import type { StateValue } from '@descartes/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeJson, encodeJson } from '../../src/codec.ts'
import { compileMergePatch } from '../../src/json-patch/merge-patch.ts'
import { json, stateValue } from '../json-arbitraries.ts'
import { document, spell, spelling } from './documents.ts'
import { isContainer, sorted } from './reference.ts'
import { refusalOf } from './refusal-of.ts'

type Members = Record<string, StateValue>

/** A merge patch as RFC 7386 tells it, on values. */
function merged(target: StateValue, patch: StateValue): StateValue {
  if (!isMembers(patch)) return patch
  const result = new Map(isMembers(target) ? Object.entries(target) : [])
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key)
    else result.set(key, merged(result.get(key), value))
  }
  return Object.fromEntries(result)
}

function isMembers(value: StateValue): value is Members {
  return isContainer(value) && !Array.isArray(value)
}

/** Undefined is no value of a merge patch, except within what it puts in as a whole. */
function hasUndefined(patch: StateValue): boolean {
  return patch === undefined || (isMembers(patch) && Object.values(patch).some(hasUndefined))
}

describe('a merge patch', () => {
  test('does to the text what it does to the value', () => {
    const patches = fc.oneof(json, stateValue).filter((patch) => !hasUndefined(patch))
    const agrees = fc.property(document, spelling, patches, fc.boolean(), (value, how, patch, below) => {
      // Half of them meet the document's own keys.
      const given =
        below && isMembers(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, patch])) : patch
      const text = compileMergePatch(given, 1e9)(spell(value, how))
      expect(encodeJson(sorted(decodeJson(text, 'state')), 'state', 1e9)).toBe(
        encodeJson(sorted(merged(value, given)), 'state', 1e9),
      )
    })
    fc.assert(agrees, { numRuns: 400 })
  })

  test('with undefined is refused with the pointer to it: it could mean no change as well as removal', () => {
    const change = compileMergePatch({ a: { $b: undefined } }, 1e6)
    expect(refusalOf(() => change('{"a":{"c":1}}'))).toMatchObject({ path: 'patch/a/$b', received: 'undefined' })
    expect(compileMergePatch({ a: [undefined] }, 1e6)('{}')).toBe('{"$descartes":{"a":[{"$undefined":true}]}}')
  })

  test('replaces a Date or a Map as a whole, and puts them in', () => {
    const text = encodeJson({ at: new Date(0), known: new Map([['a', 1]]), n: 1 }, 'state', 1e6)
    const change = compileMergePatch({ at: { a: null }, known: new Map([['b', 2]]) }, 1e6)
    expect(decodeJson(change(text), 'state')).toEqual({ at: {}, known: new Map([['b', 2]]), n: 1 })
  })
})
