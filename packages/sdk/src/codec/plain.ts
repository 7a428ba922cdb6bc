import { types } from 'node:util'

/** Levels of objects, arrays, Maps and Sets in one value. */
export const MAX_DEPTH = 128

/**
 * True when `JSON.stringify` certainly writes what `JSON.parse` gives back equal. It runs at every save, so it is made for
 * speed; where it cannot be certain, as of a Proxy or an object of another realm, it says false, and the encoder looks closer.
 */
export function isPlainJson(value: unknown, maxBytes: number): boolean {
  return spend(value, maxBytes, 0) >= 0
}

/** What is left of `bytes` after the least that the value takes as text; negative when there is less, or it is not plain. */
function spend(value: unknown, bytes: number, depth: number): number {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? bytes - value.length - 2 : -1
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? bytes - 1 : -1
    case 'boolean':
      return bytes - 1
    case 'object':
      if (value === null) return bytes - 1
      // The one kind of object that could answer otherwise when JSON.stringify reads it again.
      if (bytes <= 0 || depth >= MAX_DEPTH || types.isProxy(value)) return -1
      if (Object.getOwnPropertySymbols(value).length !== 0) return -1
      return Array.isArray(value) ? spendArray(value, bytes, depth) : spendObject(value, bytes, depth)
    default:
      return -1
  }
}

function spendArray(value: unknown[], bytes: number, depth: number): number {
  const keys = Object.keys(value)
  // Indexes come first: if the last key is the last index, there are no others, and no holes.
  if (keys.length !== value.length || (keys.length > 0 && keys.at(-1) !== `${keys.length - 1}`)) return -1
  // A method of that name decides what is written, hidden or not.
  if (Object.getPrototypeOf(value) !== Array.prototype || Object.hasOwn(value, 'toJSON')) return -1
  let left = bytes - 1
  for (let i = 0; i < value.length && left >= 0; i++) {
    const item = value[i]
    left = item === value[i] ? spend(item, left, depth + 1) : -1
  }
  return left
}

function spendObject(value: object, bytes: number, depth: number): number {
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return -1
  let left = bytes - 1
  let shown = 0
  for (const key in value) {
    const property = Object.getOwnPropertyDescriptor(value, key)
    if (property === undefined || !('value' in property) || !key.isWellFormed()) return -1
    left = spend(property.value, left - key.length, depth + 1)
    if (left < 0) return -1
    shown++
  }
  return Object.getOwnPropertyNames(value).length === shown ? left : -1
}
