import type { JsonValue } from '@descartes/sdk'
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
