import { constants } from 'node:buffer'
import { CorruptDataError, InvalidInputError } from '@descartes/store'
import { readTagged } from './codec/decoder.ts'
import { Encoder } from './codec/encoder.ts'
import { type Encoded, encodePlain } from './codec/incremental.ts'
import { isPlainJson } from './codec/plain.ts'
import type { JsonValue, StateValue } from './json-value.ts'

/** The one key of a document with tags, around all of it. */
export const WRAPPER = '$descartes'
const STARTS_WRAPPED = /^\s*\{\s*"\$descartes"\s*:/

/**
 * A value as a document that gives it back equal: plain JSON as `JSON.stringify` writes it; a value that holds anything
 * more, such as a Date, with tags and wrapped. What would not come back equal is refused, with the JSON pointer to it.
 */
export function encodeJson(value: unknown, field: string, maxBytes: number): string {
  if (value === undefined) throw new InvalidInputError(field, 'a value that can be stored', 'undefined')
  requireNoToJson(field)
  const text =
    isPlainJson(value, maxBytes) && !hasWrapper(value)
      ? stringify(value, field, maxBytes)
      : encode(value, field, maxBytes)
  return requireSize(text, field, maxBytes)
}

/** The same for plain JSON, by what has changed since it was encoded before; undefined for a value that is not plain. */
export function encodeLikeBefore(
  value: unknown,
  field: string,
  maxBytes: number,
  before: Encoded | undefined,
): Encoded | undefined {
  requireNoToJson(field)
  if (hasWrapper(value)) return undefined
  try {
    return encodePlain(value, Math.min(maxBytes, constants.MAX_STRING_LENGTH), before)
  } catch {
    // Whoever encodes it whole says what is wrong with it.
    return undefined
  }
}

/** The value of a stored document; null for a column that is null. */
export function decodeJson(stored: string | number | null, column: string): StateValue {
  if (stored === null || typeof stored === 'number') return stored
  const document = parse(stored, column)
  return hasWrapper(document) ? readStored(() => readWrapped(document), column) : document
}

/** True for a document with tags, as `encodeJson` wrote it or a database gives it back that reformats JSON. */
export function isTagged(text: string): boolean {
  return STARTS_WRAPPED.test(text)
}

/** A value as it stands within a document with tags. */
export function encodeTagged(value: unknown, field: string, maxBytes: number): string {
  requireNoToJson(field)
  return requireSize(new Encoder(field, maxBytes).encode(value), field, maxBytes)
}

/** The value of what stands within a document with tags. */
export function decodeTagged(text: string, column: string): StateValue {
  const tagged = parse(text, column)
  return readStored(() => readTagged(tagged), column)
}

/** A plain document as one with tags: the same value, where tags can be added. */
export function tag(text: string): string {
  return wrap(text.includes('"$') ? new Encoder('', Infinity).encode(JSON.parse(text)) : text)
}

/** What may need tags; a Proxy of plain JSON does not. */
function encode(value: unknown, field: string, maxBytes: number): string {
  const encoder = new Encoder(field, maxBytes)
  const text = encoder.encode(value)
  if (encoder.hasTags) return wrap(text)
  if (!encoder.hasEscapes) return text
  const plain = readTagged(JSON.parse(text))
  return hasWrapper(plain) ? wrap(text) : JSON.stringify(plain)
}

function wrap(text: string): string {
  return `{"${WRAPPER}":${text}}`
}

// A plain object with this key is wrapped, too, so that the key at the top always means tags.
function hasWrapper(value: unknown): value is Record<typeof WRAPPER, JsonValue> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, WRAPPER)
}

function stringify(value: unknown, field: string, maxBytes: number): string {
  try {
    return JSON.stringify(value)
  } catch (cause) {
    throw new InvalidInputError(field, `at most ${maxBytes} bytes of JSON`, 'more than a string can hold', { cause })
  }
}

function requireSize(text: string, field: string, maxBytes: number): string {
  // A character takes 3 bytes at most: counting them is rarely needed.
  if (text.length * 3 <= maxBytes) return text
  const bytes = text.length > maxBytes ? text.length : Buffer.byteLength(text)
  if (bytes > maxBytes) throw new InvalidInputError(field, `at most ${maxBytes} bytes of JSON`, `${bytes} bytes`)
  return text
}

// Given to all objects, it would put something else in the place of each, our tags included.
function requireNoToJson(field: string): void {
  if ('toJSON' in Array.prototype) throw new InvalidInputError(field, 'no toJSON method on all objects', 'one')
}

function parse(text: string, column: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch (cause) {
    throw new CorruptDataError(column, 'it is not JSON', { cause })
  }
}

function readWrapped(document: Record<typeof WRAPPER, JsonValue>): StateValue {
  if (Object.keys(document).length > 1) throw new SyntaxError(`${WRAPPER} stands among other keys`)
  const value = readTagged(document[WRAPPER])
  if (value === undefined) throw new SyntaxError('a whole document is never undefined')
  return value
}

function readStored(read: () => StateValue, column: string): StateValue {
  try {
    return read()
  } catch (cause) {
    throw new CorruptDataError(column, `its tags are broken: ${(cause as Error).message}`, { cause })
  }
}
