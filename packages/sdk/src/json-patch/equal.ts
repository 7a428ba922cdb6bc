import { encodeJson } from '../codec.ts'

/** Equal in every bit, but for the order of keys: 0 is not -0, and NaN is NaN. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a)) return Array.isArray(b) && hasSameItems(a, b)
  if (isRecord(a)) return isRecord(b) && hasSameMembers(a, b)
  return isObject(a) && isObject(b) && !Array.isArray(b) && !isRecord(b) && isSameText(a, b)
}

/** An object that is nothing but its keys. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (!isObject(value)) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function hasSameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => isSame(item, b[i]))
}

function hasSameMembers(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
}

// Date, Map, URL, ...: what is stored of them tells all that will come back.
function isSameText(a: object, b: object): boolean {
  const [one, other] = [a, b].map((value) => encodeJson(value, 'value', Number.POSITIVE_INFINITY)) as [string, string]
  return one === other || isSame(JSON.parse(one), JSON.parse(other))
}
