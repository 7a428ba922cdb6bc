// The codec of version 0.1, as it was.
import type { JsonValue } from '@descartes/sdk'
import { CorruptDataError, InvalidInputError } from '@descartes/store'
import { describe } from '../../../../packages/sdk/src/describe.ts'

const MAX_DEPTH = 128

/**
 * A value as JSON text, if it comes back equal. What JSON would drop or change in silence (undefined, NaN, -0, Date,
 * Map, class instances, holes, lone surrogates, ...) is refused, with the JSON pointer to it.
 */
export function encodeJson(value: unknown, field: string, maxBytes: number): string {
  const walk = new Walk(field, maxBytes)
  let text: string
  try {
    walk.check(value, 0)
    text = JSON.stringify(value)
  } catch (cause) {
    if (cause instanceof InvalidInputError) throw cause
    throw new InvalidInputError(walk.pointer(), 'a value that can be read', 'one that throws when it is read', {
      cause,
    })
  }
  const bytes = text.length > maxBytes ? text.length : Buffer.byteLength(text)
  if (bytes > maxBytes) throw new InvalidInputError(field, `at most ${maxBytes} bytes of JSON`, `${bytes} bytes`)
  return text
}

/** The value of stored JSON text; null for a column that is null. */
export function decodeJson(stored: string | number | null, column: string): JsonValue {
  if (typeof stored !== 'string') return stored
  try {
    return JSON.parse(stored) as JsonValue
  } catch (cause) {
    throw new CorruptDataError(column, 'it is not JSON', { cause })
  }
}

/** One check of one value. The way down is kept by depth, so that a path costs nothing until it is needed. */
class Walk {
  readonly #field: string
  readonly #maxBytes: number
  #leastBytes = 0
  readonly #keys: (string | number)[] = []
  readonly #ancestors: object[] = []
  #depth = 0

  constructor(field: string, maxBytes: number) {
    this.#field = field
    this.#maxBytes = maxBytes
  }

  pointer(depth = this.#depth): string {
    const keys = this.#keys.slice(0, depth).map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1'))
    return [this.#field, ...keys].join('/')
  }

  check(value: unknown, depth: number): void {
    this.#depth = depth
    this.#count(typeof value === 'string' ? value.length + 2 : 1)
    switch (typeof value) {
      case 'string':
        if (!value.isWellFormed()) this.#refuse('well-formed Unicode', 'a string with a lone surrogate')
        return
      case 'number':
        if (!Number.isFinite(value) || Object.is(value, -0))
          this.#refuse('a finite number other than -0', describe(value))
        return
      case 'boolean':
        return
      case 'object':
        if (value === null) return
        if (depth >= MAX_DEPTH) this.#refuseDepth(value)
        this.#ancestors[depth] = value
        if (Array.isArray(value)) this.#checkArray(value, depth)
        else this.#checkObject(value as Record<string, unknown>, depth)
        return
      default:
        this.#refuse('a JSON value', describe(value))
    }
  }

  // A value that holds another many times over grows beyond all bounds as text: enough is enough.
  #count(bytes: number): void {
    this.#leastBytes += bytes
    if (this.#leastBytes <= this.#maxBytes) return
    throw new InvalidInputError(this.#field, `at most ${this.#maxBytes} bytes of JSON`, 'more')
  }

  #checkArray(value: unknown[], depth: number): void {
    if (!isPlain(Object.getPrototypeOf(value))) this.#refuse('a plain array', describe(value))
    this.#requireNoToJson(value)
    if (Object.keys(value).length !== value.length)
      this.#refuse('an array without holes or named properties', describe(value))
    for (let i = 0; i < value.length; i++) {
      this.#keys[depth] = i
      this.#depth = depth + 1
      this.check(value[i], depth + 1)
    }
  }

  #checkObject(value: Record<string, unknown>, depth: number): void {
    if (!isPlain(value)) this.#refuse('a plain object', describe(value))
    this.#requireNoToJson(value)
    if (Object.getOwnPropertySymbols(value).length > 0)
      this.#refuse('an object without symbol keys', 'one with a symbol key')
    for (const key of Object.keys(value)) {
      this.#depth = depth
      if (!key.isWellFormed()) this.#refuse('keys of well-formed Unicode', 'a key with a lone surrogate')
      this.#keys[depth] = key
      this.#depth = depth + 1
      this.check(value[key], depth + 1)
    }
  }

  // It may be hidden from Object.keys, and would put something else in the value's place.
  #requireNoToJson(value: object): void {
    if (typeof (value as { toJSON?: unknown }).toJSON === 'function')
      this.#refuse('a value without a toJSON method', 'one with it')
  }

  #refuse(expected: string, received: string): never {
    throw new InvalidInputError(this.pointer(), expected, received)
  }

  // A cycle never ends, so it is found here: the first place on the way down that was passed before.
  #refuseDepth(value: object): never {
    const way = [...this.#ancestors.slice(0, MAX_DEPTH), value]
    const repeated = way.findIndex((ancestor, depth) => way.indexOf(ancestor) < depth)
    if (repeated === -1) this.#refuse(`at most ${MAX_DEPTH} levels`, 'a deeper value')
    throw new InvalidInputError(
      this.pointer(repeated),
      'a value without cycles',
      'a reference to a value that contains it',
    )
  }
}

// `Object.prototype` of any realm, or none: the prototype's own prototype is null. Arrays are one step further away.
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}
