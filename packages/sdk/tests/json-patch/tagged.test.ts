import type { JsonPatchOperation, StateValue } from '@descartes/sdk'
import { describe, expect, test } from 'vitest'
import { decodeJson, encodeJson } from '../../src/codec.ts'
import { compilePatch } from '../../src/json-patch/apply-patch.ts'
import { refusalOf } from './refusal-of.ts'

const encoded = (value: StateValue) => encodeJson(value, 'state', 1e6)
const patched = (text: string, ...patch: JsonPatchOperation[]) => compilePatch(patch, 1e6)(text)

describe('a state that holds what JSON lacks', () => {
  test('begins with the first such value that a patch puts in, and keeps its keys', () => {
    const text = patched('{"$a":1,"n":{"$$b":2}}', { op: 'add', path: '/at', value: new Date(0) })
    expect(decodeJson(text, 'state')).toEqual({ $a: 1, n: { $$b: 2 }, at: new Date(0) })
    const again = patched(
      text,
      { op: 'replace', path: '/$a', value: { $date: 'mine' } },
      { op: 'move', from: '/n/$$b', path: '/n/$c' },
      { op: 'test', path: '/at', value: new Date(0) },
    )
    expect(decodeJson(again, 'state')).toEqual({ $a: { $date: 'mine' }, n: { $c: 2 }, at: new Date(0) })
  })

  test('is tested in every bit', () => {
    const text = encoded({ zero: -0, big: 1n, none: undefined, known: new Map([[{ a: 1, b: 2 }, 1]]) })
    expect(
      patched(
        text,
        { op: 'test', path: '/zero', value: -0 },
        { op: 'test', path: '/none', value: undefined },
        { op: 'test', path: '/known', value: new Map([[{ b: 2, a: 1 }, 1]]) },
      ),
    ).toBe(text)
    for (const [path, value] of [
      ['/zero', 0],
      ['/big', 1],
      ['/none', null],
      ['/known', new Map()],
    ] as const)
      expect(refusalOf(() => patched(text, { op: 'test', path, value })).path).toBe('patch/0/value')
  })

  test('may have a key of the name that tags are marked with', () => {
    const text = patched('{"a":1}', { op: 'add', path: '/$descartes', value: 2 }, { op: 'remove', path: '/a' })
    expect(decodeJson(text, 'state')).toEqual({ $descartes: 2 })
    const moved = patched('{"a":{"x":1,"$descartes":2}}', { op: 'move', from: '/a', path: '/b' })
    expect(moved).toBe('{"b":{"x":1,"$descartes":2}}')
    expect(decodeJson(patched(moved, { op: 'copy', from: '/b', path: '' }), 'state')).toEqual({ x: 1, $descartes: 2 })
  })

  test('may be as deep as one that is saved, whatever its tags take', () => {
    const maps = (levels: number): StateValue => (levels === 0 ? 1 : new Map([['k', maps(levels - 1)]]))
    const lists = (levels: number): StateValue => (levels === 0 ? 1 : [lists(levels - 1)])
    const patch = (levels: number) =>
      patched(encoded(lists(64)), { op: 'add', path: `${'/0'.repeat(63)}/0`, value: maps(levels) })
    expect(decodeJson(patch(64), 'state')).toBeDefined()
    expect(refusalOf(() => patch(65))).toMatchObject({ expected: 'a change that leaves at most 128 levels' })
  })
})
