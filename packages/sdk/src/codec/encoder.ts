import { types } from 'node:util'
import { InvalidInputError } from '@descartes/store'
import { describe } from '../describe.ts'
import type { JsonValue } from '../json-value.ts'
import { isBuiltInPrototype, type Refuse, requireBuiltIn } from './built-ins.ts'
import { isBytes } from './bytes.ts'
import { MAX_DEPTH } from './plain.ts'
import { tagOfObject, tagOfPrimitive } from './tags.ts'
import { Way } from './way.ts'

/** No bigint has more bits. */
const MAX_BIGINT_BITS = 2 ** 30

/** Text without anything to escape, and short enough that it is worth looking. */
const WRITTEN_AS_IT_IS = /^[ !#-[\]-\ud7ff\ue000-\uffff]{0,200}$/

/** Writes one value as text with tags. Each part is read once, so that it cannot change between its check and its writing. */
export class Encoder {
  /** Whether the text has tags. */
  hasTags = false
  /** Whether the text has keys that are escaped because they start with `$`. */
  hasEscapes = false
  readonly #way: Way
  readonly #refuse: Refuse
  readonly #maxBytes: number
  #leastBytes = 0

  constructor(field: string, maxBytes: number) {
    this.#way = new Way(field)
    this.#refuse = (expected, received) => this.#way.refuse(expected, received)
    this.#maxBytes = maxBytes
  }

  encode(value: unknown): string {
    try {
      return this.#write(value, 0)
    } catch (cause) {
      if (cause instanceof InvalidInputError) throw cause
      const path = this.#way.pointer()
      throw new InvalidInputError(path, 'a value that can be read', 'one that throws when it is read', { cause })
    }
  }

  #write(value: unknown, depth: number): string {
    this.#way.depth = depth
    this.#count(1, value)
    switch (typeof value) {
      case 'string':
        return this.#writeText(value, 'a string')
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0) ? `${value}` : this.#tag(...tagOfPrimitive(value))
      case 'boolean':
        return `${value}`
      case 'bigint':
        // Its digits take long to write, so the bits are counted first.
        if (BigInt.asIntN(Math.min(4 * this.#maxBytes, MAX_BIGINT_BITS), value) !== value)
          this.#way.refuseSize(this.#maxBytes, 'more')
        return this.#tag(...tagOfPrimitive(value))
      case 'undefined':
        return this.#tag(...tagOfPrimitive(value))
      case 'object':
        return value === null ? 'null' : this.#writeObject(value, depth)
      default:
        return this.#refuse('a value that can be stored', describe(value))
    }
  }

  #writeText(text: string, what: string): string {
    this.#count(text.length + 1)
    if (WRITTEN_AS_IT_IS.test(text)) return `"${text}"`
    if (!text.isWellFormed()) this.#refuse(`${what} of well-formed Unicode`, `${what} with a lone surrogate`)
    return JSON.stringify(text)
  }

  #writeObject(value: object, depth: number): string {
    if (depth >= MAX_DEPTH) {
      this.#way.refuseCycle(value)
      this.#refuse(`at most ${MAX_DEPTH} levels`, 'a deeper value')
    }
    this.#way.enter(value, depth)
    if (Array.isArray(value)) return this.#writeArray(value, depth)
    const prototype: object | null = Object.getPrototypeOf(value)
    if (prototype === null || isBuiltInPrototype(Object, prototype)) return this.#writePlain(value, depth)
    if (types.isMap(value)) return this.#writeMap(value, depth)
    if (types.isSet(value)) return this.#writeSet(value, depth)
    if (isBytes(value)) this.#count(value.byteLength)
    const tag = tagOfObject(value, this.#refuse)
    if (tag !== undefined) return this.#tag(...tag)
    return this.#refuse('a plain object', types.isProxy(value) ? 'a Proxy of something else' : describe(value))
  }

  #writePlain(value: object, depth: number): string {
    let text = ''
    for (const key of Reflect.ownKeys(value)) {
      this.#way.depth = depth
      if (typeof key === 'symbol') this.#refuse('an object without symbol keys', 'one with a symbol key')
      const name = this.#writeText(key, 'a key')
      this.#way.step(key, depth)
      const property = Object.getOwnPropertyDescriptor(value, key)
      if (!property?.enumerable) this.#refuse('an enumerable property', 'a hidden one')
      if (!('value' in property)) this.#refuse('a property that is a value', 'a getter or setter')
      if (key.startsWith('$')) this.hasEscapes = true
      const written = this.#write(value[key as never], depth + 1)
      text += `${text && ','}${key.startsWith('$') ? `"$${name.slice(1)}` : name}:${written}`
    }
    return `{${text}}`
  }

  #writeArray(value: unknown[], depth: number): string {
    if (!isBuiltInPrototype(Array, Object.getPrototypeOf(value))) this.#refuse('a plain array', describe(value))
    const keys = Object.keys(value)
    const isWhole = keys.length === value.length && keys.every((key, i) => key === `${i}`)
    if (!isWhole || Object.getOwnPropertySymbols(value).length > 0)
      this.#refuse('an array without holes or named properties', describe(value))
    return this.#writeItems(value, depth)
  }

  #writeItems(items: Iterable<unknown>, depth: number): string {
    let [text, i] = ['', 0]
    for (const item of items) {
      this.#way.step(i++, depth)
      text += `${text && ','}${this.#write(item, depth + 1)}`
    }
    return `[${text}]`
  }

  #writeMap(map: Map<unknown, unknown>, depth: number): string {
    requireBuiltIn(map, Map, this.#refuse)
    let [text, i] = ['', 0]
    for (const [key, value] of map) {
      this.#way.step([i, 0], depth)
      text += `${text && ','}[${this.#write(key, depth + 1)},`
      this.#way.step([i++, 1], depth)
      text += `${this.#write(value, depth + 1)}]`
    }
    return this.#tagText('$map', `[${text}]`)
  }

  #writeSet(set: Set<unknown>, depth: number): string {
    requireBuiltIn(set, Set, this.#refuse)
    return this.#tagText('$set', this.#writeItems(set, depth))
  }

  #tag(name: string, payload: JsonValue): string {
    return this.#tagText(name, JSON.stringify(payload))
  }

  #tagText(name: string, payload: string): string {
    this.hasTags = true
    return `{"${name}":${payload}}`
  }

  // A value that holds another many times over grows beyond all bounds as text: enough is enough.
  #count(bytes: number, value?: unknown): void {
    this.#leastBytes += bytes
    if (this.#leastBytes <= this.#maxBytes) return
    this.#way.refuseCycle(value)
    this.#way.refuseSize(this.#maxBytes, 'more')
  }
}
