import { isDeepStrictEqual } from 'node:util'
import { runInNewContext } from 'node:vm'
import { InvalidInputError } from '@descartes/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeJson, encodeJson } from '../src/codec.ts'
import { key } from './json-arbitraries.ts'

/** Values that would not come back equal, each at the end of a way down. */
const REFUSED: Record<string, () => unknown> = {
  'a function': () => () => 1,
  'a symbol': () => Symbol('x'),
  'an Error': () => new Error('x'),
  'a Promise': () => Promise.resolve(1),
  'a WeakMap': () => new WeakMap(),
  'a WeakSet': () => new WeakSet(),
  'a WeakRef': () => new WeakRef({}),
  'a generator': () => (function* () {})(),
  URLSearchParams: () => new URLSearchParams('a=1'),
  'a class instance': () => new (class Point {})(),
  'an object with a prototype that ends there': () => Object.create(Object.create(null)),
  'an object that inherits from another': () => Object.create({ a: 1 }),
  'a boxed number': () => Object(5),
  'a boxed bigint': () => Object(5n),
  'arguments of a function': () => runInNewContext('(function () { return arguments })(1)'),
  'a subclass of Array': () => new (class List extends Array {})(),
  'a subclass of Date': () => new (class Day extends Date {})(),
  'a subclass of Map': () => new (class Index extends Map {})(),
  'a subclass of Set': () => new (class Bag extends Set {})(),
  'a subclass of RegExp': () => new (class Pattern extends RegExp {})('x'),
  'a subclass of URL': () => new (class Link extends URL {})('https://example.org'),
  'a subclass of Uint8Array': () => new (class Bytes extends Uint8Array {})(2),
  'a subclass of ArrayBuffer': () => new (class Memory extends ArrayBuffer {})(2),
  'a Date with a property': () => Object.assign(new Date(0), { zone: 'UTC' }),
  'a Map with a property': () => Object.assign(new Map(), { name: 'x' }),
  'a Set with a hidden property': () => Object.defineProperty(new Set(), 'name', { value: 'x' }),
  'a RegExp with a property': () => Object.assign(/x/, { name: 'x' }),
  'a URL with a property': () => Object.assign(new URL('https://example.org'), { name: 'x' }),
  'bytes with a property': () => Object.assign(new Uint8Array(2), { name: 'x' }),
  'bytes with a symbol key': () => Object.assign(new Float64Array(2), { [Symbol('x')]: 1 }),
  'bytes of a kind that not every Node has': () =>
    Object.defineProperty(new Uint16Array(2), Symbol.toStringTag, { value: 'Float16Array' }),
  'a Buffer with a property': () => Object.assign(Buffer.from('x'), { name: 'x' }),
  'an ArrayBuffer with a property': () => Object.assign(new ArrayBuffer(2), { name: 'x' }),
  'a RegExp whose lastIndex is no index': () => Object.assign(/x/g, { lastIndex: -1 }),
  'a RegExp with a lone surrogate': () => new RegExp(String.fromCharCode(0xd800)),
  'shared memory': () => new SharedArrayBuffer(2),
  'bytes in shared memory': () => new Uint8Array(new SharedArrayBuffer(2)),
  'memory that can grow': () =>
    new (ArrayBuffer as never as new (size: number, o: object) => ArrayBuffer)(2, { maxByteLength: 4 }),
  'memory that was given away': () => givenAway(new ArrayBuffer(2)),
  'bytes whose memory was given away': () => {
    const bytes = new Uint8Array(2)
    givenAway(bytes.buffer)
    return bytes
  },
  'a hole': () => Object.assign(new Array(2), { 1: 1 }),
  'a hole and a named property': () => Object.assign(new Array(2), { 1: 1, name: 'x' }),
  'a named property of an array': () => Object.assign([1], { name: 'x' }),
  'a symbol key of an array': () => Object.assign([1], { [Symbol('x')]: 1 }),
  'a lone surrogate': () => 'a\uD800b',
  'a key with a lone surrogate': () => ({ '\uDC00': 1 }),
  'a symbol key': () => ({ [Symbol('x')]: 1 }),
  'a hidden symbol key': () => Object.defineProperty({}, Symbol('x'), { value: 1 }),
  'a hidden property': () => Object.defineProperty({ a: 1 }, 'b', { value: 1 }),
  'a getter': () => ({
    get a() {
      return 1
    },
  }),
  'a setter': () => ({ set a(_: unknown) {} }),
  'a toJSON method': () => ({ toJSON: () => 1 }),
  'a hidden toJSON method': () => Object.defineProperty({ a: 1 }, 'toJSON', { value: () => 1 }),
  'an inherited toJSON method': () => Object.create(Object.create(null, { toJSON: { value: () => 1 } })),
  'a getter that throws': () => ({
    get a() {
      throw new TypeError('x')
    },
  }),
  'a Proxy that throws': () =>
    new Proxy(
      {},
      {
        ownKeys() {
          throw new RangeError('x')
        },
      },
    ),
  'a Proxy of a Date': () => new Proxy(new Date(0), {}),
  'a Proxy of a Map': () => new Proxy(new Map(), {}),
  'a revoked Proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  },
}

function givenAway(memory: ArrayBuffer): ArrayBuffer {
  structuredClone(memory, { transfer: [memory] })
  return memory
}

const place = fc.array(
  fc.oneof(
    key.filter((step) => step !== 'toJSON'),
    fc.nat({ max: 3 }),
  ),
  { maxLength: 5 },
)

/** Puts a value at the end of a way of keys and indexes; the other elements are innocent, among them some that JSON lacks. */
function at(way: readonly (string | number)[], value: unknown): unknown {
  return way.reduceRight<unknown>((inner, step, depth) => {
    const innocent = depth % 2 === 0 ? 1 : new Date(0)
    if (typeof step === 'string')
      return Object.fromEntries([
        ['innocent', innocent],
        [step, inner],
      ])
    return [...Array.from({ length: step }, () => innocent), inner]
  }, value)
}

const pointer = (way: readonly (string | number)[]) =>
  ['state', ...way.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/')

describe('what would not come back equal', () => {
  test.each(Object.entries(REFUSED))('%s is refused with the pointer to it', (_, make) => {
    const refused = fc.property(place, (way) => {
      const error = refusal(at(way, make()))
      expect(error.path === pointer(way) || error.path.startsWith(`${pointer(way)}/`), error.path).toBe(true)
    })
    fc.assert(refused, { numRuns: 50 })
  })

  test.each(Object.entries(REFUSED))('%s is refused in a Map and in a Set, by position', (_, make) => {
    const bad = make()
    const error = refusal({
      a: [
        new Map<unknown, unknown>([
          [1, 2],
          ['k', bad],
        ]),
      ],
    })
    expect(`${error.path}/`).toContain('state/a/0/1/1/')
    expect(`${refusal(new Map([[bad, 1]])).path}/`).toContain('state/0/0/')
    expect(`${refusal({ s: new Set([1, 2, bad]) }).path}/`).toContain('state/s/2/')
  })

  test('a cycle is refused with the pointer to the place where it closes', () => {
    const refused = fc.property(
      place,
      fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 4 }),
      (way, round) => {
        const end: Record<string, unknown> = {}
        const start = round.slice(1).reduceRight<object>((inner, step) => ({ [step]: inner }), end)
        end[round[0] as string] = start
        expect(refusal(at(way, start)).path).toBe(pointer([...way, ...round.slice(1), round[0] as string]))
      },
    )
    fc.assert(refused, { numRuns: 200 })
  })

  test('a cycle through a Map or a Set is refused, too, by position', () => {
    const map = new Map<unknown, unknown>([['a', 1]])
    expect(refusal({ m: map.set('self', [map]) }).path).toBe('state/m/1/1/0')
    const key = new Map<unknown, unknown>()
    expect(refusal(key.set({ key }, 1)).path).toBe('state/0/0/key')
    const set = new Set<unknown>([1])
    expect(refusal(set.add([set])).path).toBe('state/1/0')
  })

  test('a cycle of much that repeats is told from a value that is too large', () => {
    const wide: Record<string, unknown> = { much: 'x'.repeat(100_000) }
    wide.self = wide
    expect(refusal(wide)).toMatchObject({ path: 'state/self', expected: 'a value without cycles' })
  })

  test.each<[string, (inner: unknown) => unknown]>([
    ['arrays', (inner) => [inner]],
    ['objects', (inner) => ({ inner })],
    ['Maps', (inner) => new Map([['inner', inner]])],
    ['keys of Maps', (inner) => new Map([[inner, 'inner']])],
    ['Sets', (inner) => new Set([inner])],
  ])('128 levels of %s are stored, one more is refused', (_, wrap) => {
    const nested = (levels: number) => Array.from({ length: levels }).reduce<unknown>(wrap, 1)
    expect(isDeepStrictEqual(decodeJson(encodeJson(nested(128), 'state', 1e6), 'c'), nested(128))).toBe(true)
    expect(refusal(nested(129))).toMatchObject({ expected: 'at most 128 levels' })
  })

  test.each<[string, unknown]>([
    ['a bigint', 10n ** 1_000_000n],
    ['a bigint of the largest size', -(2n ** (2n ** 30n - 1n))],
    ['bytes', new Uint8Array(1_000_000)],
    ['the keys of a Map', new Map([['x'.repeat(1_000_000), 1]])],
    ['a Set', new Set(Array.from({ length: 300_000 }, (_, i) => new Date(i)))],
    ['text of three bytes a character', { at: new Date(0), text: '日'.repeat(340_000) }],
  ])('%s beyond the limit of bytes is refused', (_, value) => {
    expect(refusal({ value })).toMatchObject({ path: 'state', expected: 'at most 1000000 bytes of JSON' })
  })

  test('the limit counts the bytes of the text that is stored, tags and all', () => {
    const value = { at: new Date(0), text: 'é' }
    const bytes = Buffer.byteLength(encodeJson(value, 'state', 1000))
    expect(encodeJson(value, 'state', bytes)).toHaveLength(bytes - 1)
    expect(() => encodeJson(value, 'state', bytes - 1)).toThrow(
      `at most ${bytes - 1} bytes of JSON, got ${bytes} bytes`,
    )
  })

  test('values that share parts are stored, and refused before they fill the memory', () => {
    const shared = { x: [1] }
    expect(encodeJson([shared, shared], 'state', 1e6)).toBe('[{"x":[1]},{"x":[1]}]')
    let bomb: unknown = 'x'
    for (let i = 0; i < 100; i++) bomb = [bomb, bomb]
    expect(refusal(bomb)).toMatchObject({ path: 'state', expected: 'at most 1000000 bytes of JSON' })
  })

  test('plain objects without a prototype, of another realm, frozen or behind a Proxy are stored', () => {
    const foreign = runInNewContext('({ a: [1, { b: null }] })')
    for (const value of [foreign, new Proxy(foreign, {}), new Proxy({ a: new Proxy([1, { b: null }], {}) }, {})])
      expect(encodeJson(value, 'state', 100)).toBe('{"a":[1,{"b":null}]}')
    expect(encodeJson(Object.assign(Object.create(null), { a: 1 }), 'state', 100)).toBe('{"a":1}')
    expect(encodeJson(Object.freeze({ a: Object.freeze([1]) }), 'state', 100)).toBe('{"a":[1]}')
    expect(encodeJson(new Proxy({ $a: { $$b: 1 } }, {}), 'state', 100)).toBe('{"$a":{"$$b":1}}')
  })

  test('built-ins of another realm come back as those of this one', () => {
    const made = 'new Date(5), new Map([[1, new Set([2])]]), /x/g, new Uint16Array([1, 2]), new ArrayBuffer(1)'
    const back = decodeJson(encodeJson(runInNewContext(`[${made}]`), 'state', 1000), 'c')
    const expected = [new Date(5), new Map([[1, new Set([2])]]), /x/g, new Uint16Array([1, 2]), new ArrayBuffer(1)]
    expect(isDeepStrictEqual(back, expected)).toBe(true)
  })

  test('a getter is refused before it runs', () => {
    let runs = 0
    const value = Object.defineProperty({ at: new Date(0) }, 'count', { get: () => runs++, enumerable: true })
    expect(refusal(value)).toMatchObject({ path: 'state/count', received: 'a getter or setter' })
    expect(runs).toBe(0)
  })

  test('what a Proxy answers is asked once, so that it cannot change between check and writing', () => {
    const answers = [1, Number.NaN, undefined, () => 1]
    const shifty = new Proxy({ a: 0 }, { get: () => answers.shift() })
    expect(decodeJson(encodeJson({ shifty }, 'state', 1000), 'c')).toEqual({ shifty: { a: 1 } })
    expect(answers).toHaveLength(3)
  })

  test('nothing is stored while all objects have a toJSON method', () => {
    for (const prototype of [Object.prototype, Array.prototype]) {
      Object.defineProperty(prototype, 'toJSON', { value: () => 'other', configurable: true })
      try {
        for (const value of [{ a: 1 }, [1], new Date(0)]) expect(refusal(value).path).toBe('state')
      } finally {
        Reflect.deleteProperty(prototype, 'toJSON')
      }
    }
    expect(encodeJson([1], 'state', 100)).toBe('[1]')
  })
})

function refusal(value: unknown): InvalidInputError {
  try {
    encodeJson(value, 'state', 1_000_000)
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInputError)
    return error as InvalidInputError
  }
  throw new Error('the value was not refused')
}
