import os from 'node:os'
import { isDeepStrictEqual, types } from 'node:util'
import type { JsonValue } from '../json-value.ts'
import { type Refuse, requireBuiltIn, requirePrototype } from './built-ins.ts'

export type Bytes = ArrayBuffer | ArrayBufferView

const ARRAYS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
}
type ArrayName = keyof typeof ARRAYS

export function isBytes(value: object): value is Bytes {
  return ArrayBuffer.isView(value) || types.isArrayBuffer(value)
}

/** What kind of bytes they are, and the bytes; of a view, those in its window. */
export function encodeBytes(value: Bytes, refuse: Refuse): JsonValue {
  const memory = ArrayBuffer.isView(value) ? value.buffer : value
  if (!types.isArrayBuffer(memory)) return refuse('memory that is not shared', 'a SharedArrayBuffer')
  if ((memory as { resizable?: boolean }).resizable) refuse('memory of a fixed length', 'a resizable ArrayBuffer')
  // Throws if the memory was given away, where a length of 0 would hide it.
  const bytes = Buffer.from(memory, ArrayBuffer.isView(value) ? value.byteOffset : 0, value.byteLength)
  const name = types.isTypedArray(value)
    ? nameOfArray(value, bytes, refuse)
    : types.isDataView(value)
      ? 'DataView'
      : 'ArrayBuffer'
  if (!types.isTypedArray(value)) requireBuiltIn(value, name, refuse)
  return [name, inLittleEndian(bytes, elementSize(name)).toString('base64')]
}

function nameOfArray(value: NodeJS.TypedArray, bytes: Buffer, refuse: Refuse): string {
  const isBuffer = Object.getPrototypeOf(value) === Buffer.prototype
  const name = isBuffer ? 'Buffer' : value[Symbol.toStringTag]
  if (!isBuffer) requirePrototype(value, name, refuse)
  const { buffer, byteOffset, byteLength } = bytes
  const length = byteLength / elementSize(name)
  // Its keys are too many to list. A fresh view of the same memory has the elements' keys, and no others.
  const fresh = isBuffer
    ? bytes
    : Reflect.construct(ARRAYS[name as ArrayName], [buffer, byteOffset, length], value.constructor)
  if (!isDeepStrictEqual(value, fresh) || Object.getOwnPropertySymbols(value).length > 0)
    refuse(`a ${name} without properties of its own`, 'one with some')
  return name
}

/** The bytes of a tag, in memory of their own: a small Buffer would share its with others. */
export function decodeBytes([name, base64]: [name: string, base64: string]): Bytes {
  const { buffer } = new Uint8Array(inLittleEndian(Buffer.from(base64, 'base64'), elementSize(name)))
  if (name === 'ArrayBuffer') return buffer
  if (name === 'DataView') return new DataView(buffer)
  if (name === 'Buffer') return Buffer.from(buffer)
  return new ARRAYS[name as ArrayName](buffer)
}

function elementSize(name: string): number {
  return Object.hasOwn(ARRAYS, name) ? ARRAYS[name as ArrayName].BYTES_PER_ELEMENT : 1
}

/** Bytes as they are, or, on a machine of the other endianness, with those of each element turned round. */
export function inLittleEndian(bytes: Buffer, elementSize: number, endianness = os.endianness()): Buffer {
  if (endianness === 'LE' || elementSize === 1) return bytes
  const turned = Buffer.from(bytes)
  return elementSize === 2 ? turned.swap16() : elementSize === 4 ? turned.swap32() : turned.swap64()
}
