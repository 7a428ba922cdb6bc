import { types } from 'node:util'
import { InvalidInputError } from '@descartes/sdk'
import { isDeltaSnapshot, type SerializerProtocol } from '@langchain/langgraph-checkpoint'
import { copyBuiltIn, isBuiltIn } from './copy-built-in.ts'
import { JSON_TYPE, type Kept, MARK, type Marked, OWN, SNAPSHOT } from './mark.ts'
import { countPrototypes } from './prototypes.ts'

/** As deep as the store goes: it refuses what is deeper, or a circle, and names the place. */
const MAX_DEPTH = 128

/** A value as the store can keep it: a copy, so that a graph may go on to change its own. */
export async function encodeValue(value: unknown, serde: SerializerProtocol): Promise<unknown> {
  const copying = new Copying()
  const copy = copying.copy(value, 0)
  const { instances, places } = copying
  const dumped = instances.length === 0 ? [] : await dump(instances, serde)
  for (const [i, place] of places.entries()) place[MARK] = dumped[i] as Kept
  return copy
}

/** It runs over all that a graph holds, at every checkpoint, so it is made for speed. */
class Copying {
  /** What the serializer keeps, and where that will stand. */
  readonly instances: object[] = []
  readonly places: Marked[] = []
  /** What holds other objects may stand in several places, or within itself: it is copied once, as a circle into a circle. */
  readonly #copies = new Map<object, object>()

  copy(value: unknown, depth: number): unknown {
    if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value
    const before = this.#copies.get(value)
    if (before !== undefined) return before
    const ancestors = countPrototypes(value)
    if (Array.isArray(value)) return ancestors === 2 ? this.#copyArray(value, depth) : value
    if (ancestors < 2) return this.#copyPlain(value, value, depth)
    if (isBuiltIn(value)) return this.#remember(value, copyBuiltIn(value))
    if (types.isMap(value)) return isOnlyContainer(value, ancestors) ? this.#copyMap(value, depth) : value
    if (types.isSet(value)) return isOnlyContainer(value, ancestors) ? this.#copySet(value, depth) : value
    if (isDeltaSnapshot(value)) return this.#copySnapshot(value, depth)
    // What a graph sends to a node: it reads it as a plain object.
    if ('lg_name' in value && value.lg_name === 'Send') return this.#copyPlain(fieldsOf(value), value, depth)
    // Serializers make empty objects of these. A Promise would be awaited where it is given back.
    if (types.isPromise(value)) throw new InvalidInputError('value', 'data', 'a Promise, which was not awaited')
    if (types.isWeakMap(value) || types.isWeakSet(value)) return this.#leave(value)
    return this.#dumpLater(value)
  }

  #copyArray(array: unknown[], depth: number): unknown[] {
    if (Object.keys(array).length !== array.length || Object.getOwnPropertySymbols(array).length > 0) return array
    const copy: unknown[] = []
    this.#copies.set(array, copy)
    for (let i = 0; i < array.length; i++) {
      const item = array[i]
      // A hole, for which there is a named item.
      if (item === undefined && !Object.hasOwn(array, i)) return this.#leave(array)
      copy.push(typeof item === 'object' && item !== null ? this.copy(item, depth + 1) : item)
    }
    return copy
  }

  /** A copy of the fields, which stand for the original. */
  #copyPlain(fields: object, original: object, depth: number): object {
    const keys = Object.keys(fields)
    if (Reflect.ownKeys(fields).length !== keys.length) return this.#leave(original)
    const copy: Record<string, unknown> = {}
    for (const key of keys) {
      const property = Object.getOwnPropertyDescriptor(fields, key)
      if (property === undefined || !('value' in property)) return this.#leave(original)
      let value = fields[key as never] as unknown
      if (typeof value === 'object' && value !== null) {
        this.#copies.set(original, copy)
        value = this.copy(value, depth + 1)
      }
      // What all objects inherit might be a setter, or frozen.
      if (!(key in copy)) copy[key] = value
      else Object.defineProperty(copy, key, { ...property, value })
    }
    if (!Object.hasOwn(fields, MARK)) return copy
    const marked: Marked = { [MARK]: [OWN, copy] }
    this.#copies.set(original, marked)
    return marked
  }

  #copyMap(map: Map<unknown, unknown>, depth: number): object {
    const copy = new Map()
    this.#copies.set(map, copy)
    for (const [key, item] of map) copy.set(this.copy(key, depth + 1), this.copy(item, depth + 1))
    return copy
  }

  #copySet(set: Set<unknown>, depth: number): object {
    const copy = new Set()
    this.#copies.set(set, copy)
    for (const item of set) copy.add(this.copy(item, depth + 1))
    return copy
  }

  #copySnapshot(snapshot: { value: unknown }, depth: number): Marked {
    const marked: Marked = { [MARK]: [SNAPSHOT, null] }
    this.#copies.set(snapshot, marked)
    marked[MARK][1] = this.copy(snapshot.value, depth + 1)
    return marked
  }

  #dumpLater(instance: object): Marked {
    const place: Marked = { [MARK]: [JSON_TYPE, null] }
    this.#copies.set(instance, place)
    this.instances.push(instance)
    this.places.push(place)
    return place
  }

  /** What would be lost in a copy is left to the store, which says what is wrong with it. */
  #leave<T extends object>(value: T): T {
    return this.#remember(value, value)
  }

  #remember<T extends object>(value: object, copy: T): T {
    this.#copies.set(value, copy)
    return copy
  }
}

// All together, for each call costs more than most messages do. JSON as a value, not as text in a text: what has changed
// in it is found, and people can read it.
async function dump(instances: object[], serde: SerializerProtocol): Promise<Kept[]> {
  const [type, bytes] = await serde.dumpsTyped(instances)
  if (type === JSON_TYPE) return keptAsJson(instances, JSON.parse(new TextDecoder().decode(bytes)))
  return Promise.all(instances.map((instance) => serde.dumpsTyped(instance)))
}

/** LangGraph's serializer does not throw: it gives a text that says what went wrong. */
function keptAsJson(instances: readonly object[], dumped: unknown): Kept[] {
  if (Array.isArray(dumped) && dumped.length === instances.length) return dumped.map((kept) => [JSON_TYPE, kept])
  const names = new Set(instances.map((instance) => String(instance.constructor?.name)))
  throw new InvalidInputError(
    'value',
    'instances that the serializer can dump as JSON',
    `${[...names].join(', ')}: ${String(dumped).slice(0, 100)}`,
  )
}

/** Whether its items are all that there is to it. */
function isOnlyContainer(container: object, ancestors: number): boolean {
  return ancestors === 2 && Reflect.ownKeys(container).length === 0
}

function fieldsOf(send: object): object {
  const { node, args, timeout } = send as { node: string; args: unknown; timeout?: unknown }
  return timeout === undefined ? { node, args } : { node, args, timeout }
}
