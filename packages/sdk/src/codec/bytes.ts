import os from 'node:os'
import { isDeepStrictEqual, types } from 'node:util'
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

/** Refuses bytes that others may change or resize, or that were given away, and properties of their own. */
export function requireBytes(value: Bytes, refuse: Refuse): void {
  const memory = ArrayBuffer.isView(value) ? value.buffer : value
  if (types.isSharedArrayBuffer(memory)) refuse('memory that is not shared', 'a SharedArrayBuffer')
  if ((memory as { resizable?: boolean }).resizable) refuse('memory of a fixed length', 'a resizable ArrayBuffer')
  if (types.isTypedArray(value)) requireArray(value, refuse)
  else requireBuiltIn(value, types.isDataView(value) ? DataView : ArrayBuffer, refuse)
}

function requireArray(value: NodeJS.TypedArray, refuse: Refuse): void {
  const name = nameOf(value)
  if (name !== 'Buffer') {
    // Newer versions of Node have kinds that older ones could not read.
    if (!Object.hasOwn(ARRAYS, name)) refuse('bytes of a kind that every Node has', `a ${name}`)
    requirePrototype(value, ARRAYS[name as ArrayName], refuse)
  }
  // Its keys are too many to list. A fresh view of the same memory has those of the elements, and no others.
  const { buffer, byteOffset, byteLength } = value
  const Same = value.constructor as typeof Uint8Array
  const fresh =
    name === 'Buffer'
      ? Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)
      : new Same(buffer, byteOffset, byteLength / elementSize(name))
  if (!isDeepStrictEqual(value, fresh) || Object.getOwnPropertySymbols(value).length > 0)
    refuse(`a ${name} without properties of its own`, 'one with some')
}

/** What kind of bytes they are, and the bytes; of a view, those in its window. */
export function encodeBytes(value: Bytes): [name: string, base64: string] {
  const [memory, offset] = ArrayBuffer.isView(value) ? [value.buffer, value.byteOffset] : [value, 0]
  const name = nameOf(value)
  const bytes = Buffer.from(memory as ArrayBuffer, offset, value.byteLength)
  return [name, inLittleEndian(bytes, elementSize(name)).toString('base64')]
}

function nameOf(value: Bytes): string {
  if (Object.getPrototypeOf(value) === Buffer.prototype) return 'Buffer'
  return types.isTypedArray(value) ? value[Symbol.toStringTag] : types.isDataView(value) ? 'DataView' : 'ArrayBuffer'
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
