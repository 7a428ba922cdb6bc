import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeJson, encodeJson } from '../../src/codec.ts'
import { compileAppend } from '../../src/json-patch/append.ts'
import { json, stateValue } from '../json-arbitraries.ts'
import { document, spell, spelling } from './documents.ts'
import { sorted } from './reference.ts'
import { refusalOf } from './refusal-of.ts'

describe('an append', () => {
  test('adds items at the end of an array, wherever it is', () => {
    const agrees = fc.property(
      fc.array(fc.oneof(json, stateValue), { maxLength: 5 }),
      fc.array(fc.oneof(json, stateValue), { maxLength: 5 }),
      document,
      spelling,
      (list, items, rest, how) => {
        const text = compileAppend('/a/1', items, 1e9)(spell({ before: rest, a: [rest, list], after: rest }, how))
        expect(encodeJson(sorted(decodeJson(text, 'state')), 'state', 1e9)).toBe(
          encodeJson(sorted({ before: rest, a: [rest, [...list, ...items]], after: rest }), 'state', 1e9),
        )
      },
    )
    fc.assert(agrees, { numRuns: 200 })
  })

  test('of nothing leaves the text as it is', () => {
    expect(compileAppend('/a', [], 100)('{"a":[1],"b":2}')).toBe('{"a":[1],"b":2}')
  })

  test('leaves numbers as they were written', () => {
    expect(compileAppend('/a', [2, 3], 100)('{"a":[1.50],"b":1e0}')).toBe('{"a":[1.50,2,3],"b":1e0}')
  })

  test('works on a document that is an array', () => {
    expect(compileAppend('', ['x'], 100)(' [ ] ')).toBe('["x"]')
  })

  test.each(['/b', '/c', '/c/d', '/a/0', '/a/-', '/e'])('is refused where there is no array: %s', (pointer) => {
    const text = encodeJson({ a: [1], b: 'x', c: { d: 1 }, e: new Set([1]) }, 'state', 1e6)
    expect(refusalOf(() => compileAppend(pointer, [1], 100)(text)).path).toBe('pointer')
  })

  test('is refused with items that are no array, or cannot be stored', () => {
    expect(refusalOf(() => compileAppend('/a', 'x', 100))).toMatchObject({ path: 'items', expected: 'an array' })
    expect(refusalOf(() => compileAppend('/a', [1, [() => 1]], 100)).path).toBe('items/1/0')
  })

  test('is refused when the state grows beyond its limit', () => {
    expect(refusalOf(() => compileAppend('', ['x'.repeat(10)], 20)('["yyyyyyyy"]'))).toMatchObject({
      path: 'items',
      expected: 'a change that leaves at most 20 bytes of JSON',
    })
  })
})
