import { InvalidInputError } from '@descartes/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeJson, encodeJson } from '../src/codec.ts'
import { key } from './json-arbitraries.ts'

/** Values that JSON would drop, change or choke on, each at the end of a way down. */
const CHANGED_BY_JSON: Record<string, () => unknown> = {
  undefined: () => undefined,
  'a function': () => () => 1,
  'a symbol': () => Symbol('x'),
  'a bigint': () => 1n,
  NaN: () => Number.NaN,
  Infinity: () => Number.NEGATIVE_INFINITY,
  '-0': () => -0,
  'a Date': () => new Date(0),
  'a Map': () => new Map([[1, 2]]),
  'a Set': () => new Set([1]),
  bytes: () => new Uint8Array(2),
  'a Buffer': () => Buffer.from('x'),
  'a RegExp': () => /x/,
  'an Error': () => new Error('x'),
  'a Promise': () => Promise.resolve(1),
  'a class instance': () => new (class Point {})(),
  'a boxed number': () => Object(5),
  'a subclass of Array': () => new (class List extends Array {})(),
  'a hole': () => Object.assign(new Array(2), { 1: 1 }),
  'a named property of an array': () => Object.assign([1], { name: 'x' }),
  'a lone surrogate': () => 'a\uD800b',
  'a key with a lone surrogate': () => ({ '\uDC00': 1 }),
  'a symbol key': () => ({ [Symbol('x')]: 1 }),
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
  'a revoked Proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  },
}

const place = fc.array(
  fc.oneof(
    key.filter((step) => step !== 'toJSON'),
    fc.nat({ max: 3 }),
  ),
  { maxLength: 5 },
)

/** Puts a value at the end of a way of keys and indexes; the other elements are innocent. */
function at(way: readonly (string | number)[], value: unknown): unknown {
  return way.reduceRight<unknown>((inner, step) => {
    if (typeof step === 'string')
      return Object.fromEntries([
        ['innocent', 1],
        [step, inner],
      ])
    return [...Array.from({ length: step }, () => null), inner]
  }, value)
}

const pointer = (way: readonly (string | number)[]) =>
  ['state', ...way.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/')

describe('what JSON would change in silence', () => {
  test.each(Object.entries(CHANGED_BY_JSON))('%s is refused with the pointer to it', (_, make) => {
    const refused = fc.property(place, (way) => {
      const error = refusal(at(way, make()))
      expect(error.path === pointer(way) || error.path.startsWith(`${pointer(way)}/`), error.path).toBe(true)
    })
    fc.assert(refused, { numRuns: 50 })
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

  test('128 levels are stored, one more is refused', () => {
    const nested = (levels: number) => Array.from({ length: levels }).reduce<unknown>((inner) => [inner], 1)
    expect(decodeJson(encodeJson(nested(128), 'state', 1e6), 'c')).toEqual(nested(128))
    expect(refusal(nested(129))).toMatchObject({ expected: 'at most 128 levels' })
  })

  test('values that share parts are stored, and refused before they fill the memory', () => {
    const shared = { x: [1] }
    expect(encodeJson([shared, shared], 'state', 1e6)).toBe('[{"x":[1]},{"x":[1]}]')
    let bomb: unknown = 'x'
    for (let i = 0; i < 100; i++) bomb = [bomb, bomb]
    expect(refusal(bomb)).toMatchObject({ path: 'state', expected: 'at most 1000000 bytes of JSON' })
  })

  test('plain objects without a prototype, or of another realm, are stored', async () => {
    const { runInNewContext } = await import('node:vm')
    const foreign = runInNewContext('({ a: [1, { b: null }] })')
    expect(encodeJson(foreign, 'state', 100)).toBe('{"a":[1,{"b":null}]}')
    expect(encodeJson(Object.assign(Object.create(null), { a: 1 }), 'state', 100)).toBe('{"a":1}')
    expect(encodeJson(Object.freeze({ a: Object.freeze([1]) }), 'state', 100)).toBe('{"a":[1]}')
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
