import type { JsonPatchOperation } from '@descartes/sdk'
import { describe, expect, test } from 'vitest'
import { compilePatch } from '../../src/json-patch/apply-patch.ts'
import { compileMergePatch } from '../../src/json-patch/merge-patch.ts'
import { refusalOf } from './refusal-of.ts'

const patched = (document: unknown, ...patch: JsonPatchOperation[]) =>
  JSON.parse(compilePatch(patch, 1e6)(JSON.stringify(document)))

// The cases of RFC 6902, appendix A, with its own names of things where they matter.
describe('a JSON Patch', () => {
  test('adds a member to an object', () => {
    expect(patched({ foo: 'bar' }, { op: 'add', path: '/baz', value: 'qux' })).toEqual({ foo: 'bar', baz: 'qux' })
  })

  test('adds an item to an array, before that of its index', () => {
    expect(patched({ foo: [1, 3] }, { op: 'add', path: '/foo/1', value: 2 })).toEqual({ foo: [1, 2, 3] })
  })

  test('adds at the end of an array, by its length or by "-"', () => {
    expect(patched([1], { op: 'add', path: '/1', value: 2 }, { op: 'add', path: '/-', value: [3] })).toEqual([
      1,
      2,
      [3],
    ])
  })

  test('removes members and items', () => {
    expect(patched({ a: 1, b: [1, 2, 3] }, { op: 'remove', path: '/a' }, { op: 'remove', path: '/b/1' })).toEqual({
      b: [1, 3],
    })
  })

  test('replaces a value, and adds over one that is there', () => {
    expect(
      patched({ a: 1, b: 1 }, { op: 'replace', path: '/a', value: 2 }, { op: 'add', path: '/b', value: null }),
    ).toEqual({ a: 2, b: null })
  })

  test('moves a value to another object, and an item within its array', () => {
    const document = { from: { a: 1, b: 2 }, to: { c: 3 }, list: ['first', 'second', 'third', 'fourth'] }
    expect(
      patched(
        document,
        { op: 'move', from: '/from/a', path: '/to/d' },
        { op: 'move', from: '/list/1', path: '/list/3' },
      ),
    ).toEqual({ from: { b: 2 }, to: { c: 3, d: 1 }, list: ['first', 'third', 'fourth', 'second'] })
  })

  test('copies a value, which then changes by itself', () => {
    expect(
      patched({ a: { b: 1 } }, { op: 'copy', from: '/a', path: '/c' }, { op: 'replace', path: '/c/b', value: 2 }),
    ).toEqual({ a: { b: 1 }, c: { b: 2 } })
  })

  test('tests values, whatever the order of keys, and changes nothing', () => {
    const document = { a: 'x', list: [{ b: 1, c: 2 }, 2] }
    expect(
      patched(document, { op: 'test', path: '/a', value: 'x' }, { op: 'test', path: '/list/0', value: { c: 2, b: 1 } }),
    ).toEqual(document)
  })

  test('tells a number from the string of its digits', () => {
    expect(refusalOf(() => patched({ '~1': 10 }, { op: 'test', path: '/~01', value: '10' }))).toMatchObject({
      path: 'patch/0/value',
      expected: 'the value that is at "/~01"',
      received: '"10"',
    })
  })

  test('is taken as a whole, or refused as a whole', () => {
    const patch: JsonPatchOperation[] = [
      { op: 'replace', path: '/a', value: 2 },
      { op: 'test', path: '/b', value: 3 },
    ]
    expect(refusalOf(() => patched({ a: 1, b: 2 }, ...patch)).path).toBe('patch/1/value')
  })

  test('ignores what an operation does not know', () => {
    const operation = { op: 'add', path: '/a', value: 1, from: 7, because: 'I can' } as JsonPatchOperation
    expect(patched({}, operation)).toEqual({ a: 1 })
  })

  test('does not make the objects on the way to a value', () => {
    expect(refusalOf(() => patched({ a: 1 }, { op: 'add', path: '/b/c', value: 1 })).path).toBe('patch/0/path')
  })

  test('replaces the whole document', () => {
    expect(patched({ a: 1 }, { op: 'replace', path: '', value: [1] }, { op: 'add', path: '/0', value: 0 })).toEqual([
      0, 1,
    ])
  })
})

// The table of RFC 7386, appendix A.
describe('a merge patch', () => {
  test.each([
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', '{}'],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', 'null', 'null'],
    ['{"a":"foo"}', '"bar"', '"bar"'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
    ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ])('%s with %s is %s', (document, patch, merged) => {
    expect(compileMergePatch(JSON.parse(patch), 1e6)(document)).toBe(merged)
  })
})
