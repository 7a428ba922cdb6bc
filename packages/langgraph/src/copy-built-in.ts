import { isDeepStrictEqual, types } from 'node:util'

/** An object that the store keeps as what it is, and that holds no other values. */
export type BuiltIn = Date | RegExp | URL | ArrayBufferLike | ArrayBufferView

export function isBuiltIn(value: object): value is BuiltIn {
  return (
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isAnyArrayBuffer(value) ||
    ArrayBuffer.isView(value) ||
    value instanceof URL
  )
}

/** A copy; the very same where that would lose something, such as a class or a further property: the store refuses it. */
export function copyBuiltIn(value: BuiltIn): BuiltIn {
  try {
    const copy = copyOf(value)
    return isDeepStrictEqual(copy, value) ? copy : value
  } catch {
    // Memory that was given away cannot be read.
    return value
  }
}

function copyOf(value: BuiltIn): BuiltIn {
  if (types.isDate(value)) return new Date(value.getTime())
  if (types.isRegExp(value)) return Object.assign(new RegExp(value.source, value.flags), { lastIndex: value.lastIndex })
  if (value instanceof URL) return new URL(value.href)
  const [memory, from] = ArrayBuffer.isView(value) ? [value.buffer, value.byteOffset] : [value, 0]
  if (types.isSharedArrayBuffer(memory) || (memory as { resizable?: boolean }).resizable) return value
  const own = memory.slice(from, from + value.byteLength)
  if (!ArrayBuffer.isView(value)) return own
  return Buffer.isBuffer(value) ? Buffer.from(own) : new (value.constructor as Uint8ArrayConstructor)(own)
}
