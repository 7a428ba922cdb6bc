import { type JsonPatchOperation, StateStoreError, type StateValue } from '@descartes/sdk'
import { describe, expect, test } from 'vitest'
import { decodeJson, encodeJson } from '../../src/codec.ts'
import { compilePatch } from '../../src/json-patch/apply-patch.ts'
import { refusalOf } from './refusal-of.ts'

const STATE: StateValue = {
  list: [1, 2, 3],
  name: 'x',
  at: new Date(0),
  deep: { a: { b: 1 } },
  known: new Map([[1, 2]]),
}
const patched = (patch: unknown, maxBytes = 1e6) => compilePatch(patch, maxBytes)(encodeJson(STATE, 'state', 1e6))
const refusal = (...patch: unknown[]) => refusalOf(() => patched(patch))

describe('a patch that leads nowhere is refused with the operation, its field and the reason:', () => {
  test.each([
    ['/none', 'there is no "none" in the document'],
    ['/deep/a/none/c', 'there is no "none" in "/deep/a"'],
    ['/list/3', '"/list" is an array of 3'],
    ['/list/-', '"/list" is an array of 3'],
    ['/list/01', '"/list" is an array of 3'],
    ['/list/length', '"/list" is an array of 3'],
    ['/name/0', '"/name" is no plain object or array'],
    ['/at/$date', '"/at" is no plain object or array'],
    ['/known/1', '"/known" is no plain object or array'],
    ['/__proto__', 'there is no "__proto__" in the document'],
    ['/constructor/prototype', 'there is no "constructor" in the document'],
  ])('%s', (path, reason) => {
    const removal = { op: 'remove', path }
    for (const operation of [removal, { op: 'replace', path, value: 1 }, { op: 'test', path, value: 1 }])
      expect(refusal({ op: 'test', path: '', value: STATE }, operation)).toMatchObject({
        path: 'patch/1/path',
        expected: `a path that leads somewhere (${reason})`,
        received: JSON.stringify(path),
      })
    expect(refusal({ op: 'copy', from: path, path: '/new' }).path).toBe('patch/0/from')
    expect(refusal({ op: 'move', from: path, path: '/new' }).path).toBe('patch/0/from')
  })

  test.each(['/list/4', '/list/1e0', '/list/+1', '/list/-1', '/list/a'])('an item put at %s', (path) => {
    expect(refusal({ op: 'add', path, value: 1 })).toMatchObject({
      path: 'patch/0/path',
      expected: 'a path that leads somewhere (in "/list" there are 0 to 3, and -)',
    })
  })
})

describe('a patch is refused', () => {
  test.each([null, {}, 'x', 5, new Set()])('when it is no array: %s', (patch) => {
    expect(refusalOf(() => patched(patch)).path).toBe('patch')
  })

  test.each([null, 5, [], 'add'])('when an operation is no object: %j', (operation) => {
    expect(refusal({ op: 'remove', path: '/name' }, operation).path).toMatch(/^patch\/1/)
  })

  test.each([undefined, 'Add', 'constructor', 5, null])('when there is no such operation: %s', (op) => {
    expect(refusal({ op, path: '/name', value: 1 })).toMatchObject({
      path: 'patch/0/op',
      expected: 'one of add, remove, replace, move, copy, test',
    })
  })

  test.each(['path', 'from', 'value'])('without its %s', (field) => {
    const whole: Record<string, unknown> = { op: field === 'from' ? 'copy' : 'add', from: '/a', path: '/b', value: 1 }
    delete whole[field]
    expect(refusal(whole).path).toBe(`patch/0/${field}`)
  })

  test('with a value that cannot be stored, with the pointer to it', () => {
    expect(refusal({ op: 'add', path: '/a', value: { b: [() => 1] } }).path).toBe('patch/0/value/b/0')
  })

  test('when it would remove the document, or leave undefined in its place', () => {
    expect(refusal({ op: 'remove', path: '' })).toMatchObject({ path: 'patch/0/path', received: 'the whole document' })
    expect(refusal({ op: 'replace', path: '', value: undefined })).toMatchObject({
      path: 'patch',
      expected: 'a change that leaves a value',
    })
  })

  test('when it moves a value into itself', () => {
    for (const from of ['', '/deep', '/deep/a'])
      expect(refusal({ op: 'move', from, path: '/deep/a/b' })).toMatchObject({
        path: 'patch/0/path',
        expected: 'a path outside of what is moved',
      })
    expect(patched([{ op: 'move', from: '/deep', path: '/deeper' }])).toContain('"deeper"')
    expect(patched([{ op: 'move', from: '/deep', path: '/deep' }])).toBe(encodeJson(STATE, 'state', 1e6))
  })

  test('when a getter or a Proxy of it throws', () => {
    const operation = {
      op: 'remove',
      get path() {
        throw new TypeError('x')
      },
    }
    expect(refusal(operation).path).toBe('patch/0')
    const { proxy, revoke } = Proxy.revocable([], {})
    revoke()
    expect(refusalOf(() => patched(proxy)).path).toBe('patch')
  })

  test('when it would grow the state beyond its limit, by copies of copies, too', () => {
    expect(refusalOf(() => patched([{ op: 'add', path: '/a', value: 'x'.repeat(900) }], 1_000)).path).toBe('patch')
    expect(refusalOf(() => patched([{ op: 'add', path: '/a', value: 'x'.repeat(1_000) }], 1_000)).path).toBe(
      'patch/0/value',
    )
    const doubling = Array.from({ length: 60 }, (_, i) => ({ op: 'copy', from: '', path: `/copy${i}` }))
    expect(refusalOf(() => patched(doubling)).path).toMatch(/^patch\/\d+$/)
  })

  test('when it would leave more levels than a state may have, by moves and copies, too', () => {
    const nested = (levels: number): StateValue => (levels === 0 ? 1 : [nested(levels - 1)])
    const into = '/0'.repeat(63)
    const change = (patch: JsonPatchOperation[]) =>
      compilePatch(patch, 1e6)(JSON.stringify({ a: nested(63), b: nested(64) }))
    for (const op of ['move', 'copy'] as const) {
      expect(decodeJson(change([{ op, from: '/a', path: `/b${into}/0` }]), 'state')).toBeDefined()
      expect(refusalOf(() => change([{ op, from: '/a', path: `/b${into}/0/0` }])).path).toBe('patch/0/path')
    }
    expect(refusalOf(() => change([{ op: 'add', path: `/b${into}/0`, value: nested(64) }])).path).toBe('patch')
  })
})

describe('a stored text that is no JSON', () => {
  const broken = [
    '',
    '{',
    '{"a"',
    '{"a":',
    '{"a":1',
    '["a',
    '{"a":[1,2}',
    '[1,',
    '{a:1}',
    '{"a" 1}',
    '{"a":1 2}',
    '[1 2]',
    '"\\',
    '{"$":x}',
  ]

  test.each(broken)('is never patched into one: %s', (text) => {
    for (const path of ['', '/a', '/a/b', '/0', '/1', '/b']) {
      for (const value of [1, new Date(0)]) {
        const [add, test] = [
          { op: 'add', path: `${path}/c`, value },
          { op: 'test', path, value },
        ] as const
        for (const patch of [[add], [test], [test, add]]) {
          const change = compilePatch(patch, 1e6)
          expect(() => JSON.parse(typed(() => change(text)))).toThrow()
        }
      }
    }
  })

  /** The errors of the call must be the store's own. */
  function typed<T>(call: () => T): T {
    try {
      return call()
    } catch (error) {
      expect(error).toBeInstanceOf(StateStoreError)
      throw error
    }
  }
})
