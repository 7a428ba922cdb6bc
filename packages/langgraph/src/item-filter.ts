import { isDeepStrictEqual } from 'node:util'
import { InvalidInputError } from '@descartes/sdk'
import { isPlain } from './prototypes.ts'

type Test = (value: unknown, wanted: unknown) => boolean

/** What LangGraph's filters may say of a field, besides a value that it must equal. */
const OPERATORS: ReadonlyMap<string, Test> = new Map([
  ['$eq', equals],
  ['$ne', (value, wanted) => !equals(value, wanted)],
  ['$gt', (value, wanted) => size(value) > size(wanted)],
  ['$gte', (value, wanted) => size(value) >= size(wanted)],
  ['$lt', (value, wanted) => size(value) < size(wanted)],
  ['$lte', (value, wanted) => size(value) <= size(wanted)],
  ['$in', (value, wanted) => Array.isArray(wanted) && wanted.some((one) => equals(value, one))],
  ['$nin', (value, wanted) => !Array.isArray(wanted) || !wanted.some((one) => equals(value, one))],
])

/** A filter whose operators are all known: one that is not would fit nothing. */
export function knownFilter(filter: Record<string, unknown>): Record<string, unknown> {
  for (const [field, wanted] of Object.entries(filter)) {
    const unknown = isPlainObject(wanted)
      ? Object.keys(wanted).find((key) => key.startsWith('$') && !OPERATORS.has(key))
      : undefined
    if (unknown === undefined) continue
    const expected = `${[...OPERATORS.keys()].join(', ')}, or a value to be equal to ($eq, if it has such keys)`
    throw new InvalidInputError(`filter/${field}`, expected, JSON.stringify(unknown))
  }
  return filter
}

/** True if every field that the filter names is what it says: of the value's own fields, whatever they are called. */
export function matches(value: object, filter: Record<string, unknown>): boolean {
  return Object.entries(filter).every(([field, wanted]) => {
    const own = Object.hasOwn(value, field) ? (value as Record<string, unknown>)[field] : undefined
    if (!isOfOperators(wanted)) return equals(own, wanted)
    return Object.entries(wanted).every(([operator, than]) => OPERATORS.get(operator)?.(own, than))
  })
}

/** An object of operators and nothing else; any other object is a value to be equal to. */
function isOfOperators(wanted: unknown): wanted is Record<string, unknown> {
  return isPlainObject(wanted) && Object.keys(wanted).every((key) => OPERATORS.has(key))
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isPlain(value)
}

function equals(value: unknown, wanted: unknown): boolean {
  return value === wanted || isDeepStrictEqual(value, wanted)
}

/** What is compared: numbers and BigInts of any size, moments, and texts that are numbers; anything else is no size. */
function size(value: unknown): number | bigint {
  if (typeof value === 'bigint') return value
  if (value instanceof Date || typeof value !== 'object' || value === null) return Number(value)
  return Number.NaN
}
