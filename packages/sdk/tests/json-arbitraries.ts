import type { JsonValue, StateValue } from '@descartes/sdk'
import fc from 'fast-check'

/** Doubles that some step on the way through text or a column might change. */
export const AWKWARD_NUMBERS = [
  [0, 1, -1, 0.1, 0.1 + 0.2, 1 / 3, -1.5, 1e21, 1e22, 1e-7, 5e-324, 2.2250738585072014e-308, 1e308],
  [Number.MAX_VALUE, -Number.MAX_VALUE, Number.EPSILON, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  [2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2, 2 ** 63, 2 ** 63 + 2048, -(2 ** 63), 2 ** 64, 123456789012345680000],
  [1.7976931348623157e308, 4.35, 0.000001, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 100, 1000],
].flat()

/** Any number that JSON can hold. */
export const number = fc.oneof(
  fc.constantFrom(...AWKWARD_NUMBERS),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  fc.maxSafeInteger(),
)
/** Any key, most of all those that mean something to JavaScript or to a JSON pointer. */
export const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'toJSON', '', ' ', '0', '-1', 'a/b', 'a~b', '\u2028', '😀'),
  fc.constantFrom('$', '$$', '$a', '$date', '$$date', '$undefined', '$descartes', '$$descartes'),
  fc.string({ unit: 'grapheme' }),
)
/** Any JSON value. */
export const { value: json } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    number,
    fc.constantFrom(null, true, false, '', '5', 'null', '"', '\0', '\uFEFF'),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value'), { maxLength: 4 }),
    // Entries, not fc.dictionary: that keeps "__proto__" from being a key like any other.
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries) as JsonValue),
  ),
}))

/** Places of bytes in memory, where a view has its window. */
const window = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 5 }), fc.nat({ max: 3 }))
const ARRAYS = [
  [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  [Float32Array, Float64Array, BigInt64Array, BigUint64Array],
].flat()

/** Bytes of any kind and content; a view lies in the middle of its memory. */
export const bytes: fc.Arbitrary<StateValue> = fc
  .tuple(fc.nat({ max: ARRAYS.length + 2 }), window, fc.uint8Array({ minLength: 88, maxLength: 88 }))
  .map(([kind, [before, length, after], { buffer }]) => {
    const View = ARRAYS[kind]
    const size = View?.BYTES_PER_ELEMENT ?? 1
    const memory = buffer.slice(0, (before + length + after) * size)
    if (View !== undefined) return new View(memory, before * size, length)
    if (kind === ARRAYS.length) return memory
    return kind === ARRAYS.length + 1 ? new DataView(memory, before, length) : Buffer.from(memory, before, length)
  })

const regExp = fc
  .tuple(
    fc.constantFrom('', 'a', '/', '\\/', '[/]', '\\n', '\n', '(?<year>\\d{4})', '😀', '^$', 'a|b'),
    fc.subarray([...'dgimsuy']),
    fc.oneof(fc.constant(0), fc.maxSafeInteger().map(Math.abs)),
  )
  .map(([source, flags, lastIndex]) => Object.assign(new RegExp(source, flags.join('')), { lastIndex }))

const url = fc.oneof(
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.constantFrom('mailto:a@b.example', 'file:///a%20b', 'data:,x', 'http://u:p@[::1]:8080/?#', 'a:/.//b', 'a: b'),
)

/** Values that JSON lacks, which hold no others. */
export const scalar: fc.Arbitrary<StateValue> = fc.oneof(
  fc.constantFrom(undefined, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0),
  fc.bigInt(),
  fc.date({ noInvalidDate: false }),
  fc
    .constantFrom(Number.NaN, 8.64e15, -8.64e15, -1, 253_402_300_800_000, -62_198_755_200_000)
    .map((time) => new Date(time)),
  regExp,
  url.map((text) => new URL(text)),
  bytes,
)

/** Any value that a state can hold. */
export const { value: stateValue } = fc.letrec<{ value: StateValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    { arbitrary: scalar, weight: 3 },
    { arbitrary: json, weight: 2 },
    { arbitrary: fc.array(tie('value'), { maxLength: 4 }), weight: 1 },
    {
      arbitrary: fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
      weight: 2,
    },
    {
      arbitrary: fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 4 }).map((list) => new Map(list)),
      weight: 1,
    },
    { arbitrary: fc.array(tie('value'), { maxLength: 4 }).map((list) => new Set(list)), weight: 1 },
  ),
}))
