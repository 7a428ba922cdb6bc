import { types } from 'node:util'

/** What an object or an array takes by itself, and each of its items. */
const OBJECT_BYTES = 48
const ITEM_BYTES = 16

/** About how many bytes of memory a value takes that can be stored. */
export function memoryOf(value: unknown): number {
  if (typeof value === 'string') return ITEM_BYTES + 2 * value.length
  if (typeof value !== 'object' || value === null) return ITEM_BYTES
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return OBJECT_BYTES + value.byteLength
  let bytes = OBJECT_BYTES
  if (Array.isArray(value) || types.isSet(value)) for (const item of value) bytes += memoryOf(item)
  else if (types.isMap(value)) for (const [key, item] of value) bytes += memoryOf(key) + memoryOf(item)
  // Keys are held once by all objects that are made alike, as most are.
  else for (const key in value) bytes += memoryOf(value[key as never])
  return bytes
}
