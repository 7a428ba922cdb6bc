import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatPointer, parsePointer } from '../../src/json-patch/pointer.ts'
import { valueAt } from '../../src/json-patch/value-at.ts'
import { key } from '../json-arbitraries.ts'
import { refusalOf } from './refusal-of.ts'

/** Keys that RFC 6901 makes its examples of, each with its own number. */
const AWKWARD = { '': 0, 'a/b': 1, 'c%d': 2, 'e^f': 3, 'g|h': 4, 'i\\j': 5, 'k"l': 6, ' ': 7, 'm~n': 8, '~1': 9 }

describe('a JSON pointer', () => {
  test.each([
    ['/foo/0', '"bar"'],
    ['/foo', '["bar","baz"]'],
    ['/', '0'],
    ['/a~1b', '1'],
    ['/c%d', '2'],
    ['/e^f', '3'],
    ['/g|h', '4'],
    ['/i\\j', '5'],
    ['/k"l', '6'],
    ['/ ', '7'],
    ['/m~0n', '8'],
    ['/~01', '9'],
    ['/foo/2', undefined],
    ['/foo/00', undefined],
    ['/foo/-', undefined],
    ['/foo/length', undefined],
    ['/toString', undefined],
    ['/foo/0/0', undefined],
  ])('%j leads to %s', (pointer, value) => {
    const text = JSON.stringify({ foo: ['bar', 'baz'], ...AWKWARD })
    expect(valueAt(text, parsePointer(pointer, 'pointer'))).toBe(value)
  })

  test('that is empty leads to the whole document', () => {
    expect(valueAt('{"a":[1]}', parsePointer('', 'pointer'))).toBe('{"a":[1]}')
  })

  test('is written and read back with the same keys', () => {
    const sameAgain = fc.property(fc.array(key), (keys) => {
      expect(parsePointer(formatPointer(keys), 'pointer').keys).toEqual(keys)
    })
    fc.assert(sameAgain)
  })

  test.each([undefined, null, 1, ['a'], {}, 'a', '#/a', '/~', '/~2', '/a~', '/\uD800'])('%j is refused', (pointer) => {
    const refusal = refusalOf(() => parsePointer(pointer, 'patch/2/path'))
    expect(refusal.path).toBe('patch/2/path')
    expect(refusal.expected).toContain('a JSON pointer')
  })
})

describe('the value at a pointer', () => {
  test('reads the same whether the rest of the document has tags or not', () => {
    const pointer = parsePointer('/a', 'pointer')
    expect(valueAt('{"$descartes":{"a":{"$$b":[1]},"c":{"$undefined":true}}}', pointer)).toBe(
      valueAt('{"a":{"$b":[1]}}', pointer),
    )
  })
})
