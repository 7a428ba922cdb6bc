import { types } from 'node:util'
import { DeltaSnapshot, isDeltaSnapshot, type SerializerProtocol } from '@langchain/langgraph-checkpoint'

/**
 * A store keeps plain values, Dates, BigInts, Maps, Sets, bytes and the like as they are. What stands in a value beside
 * these, an instance of a class, becomes an object of this one key: how it is kept, and what of it.
 */
const MARK = '$serde'

/** Kept by the serializer, as JSON: messages and other objects of LangChain, errors. */
const JSON_TYPE = 'json'
/** A value of a delta channel, whole; what is in it is kept like any other value. */
const SNAPSHOT = 'delta_snapshot'
/** An object of the caller's that has the key of the mark itself. */
const OWN = 'object'

/** As deep as the store goes: it refuses what is deeper, or a circle, and names the place. */
const MAX_DEPTH = 128

interface Marked {
  [MARK]: [type: string, kept: unknown]
}

/** A value as the store can keep it: a copy, so that a graph may go on to change its own. */
export async function encodeValue(value: unknown, serde: SerializerProtocol): Promise<unknown> {
  const instances: object[] = []
  const marked: Marked[] = []
  const encoded = encode(value, 0, new Map(), (instance) => {
    const place: Marked = { [MARK]: [JSON_TYPE, null] }
    instances.push(instance)
    marked.push(place)
    return place
  })
  const dumped = instances.length === 0 ? [] : await dump(instances, serde)
  for (const [i, place] of marked.entries()) place[MARK] = dumped[i] as Marked[typeof MARK]
  return encoded
}

/** The value that was encoded. */
export async function decodeValue(stored: unknown, serde: SerializerProtocol): Promise<unknown> {
  const found: Marked[typeof MARK][] = []
  const decoded = decode(stored, (kept) => found.push(kept))
  if (found.length === 0) return decoded
  const loaded = await load(found, serde)
  return decode(stored, () => loaded.shift())
}

/** What stands in several places is encoded once; what stands within itself is left to the store, which refuses it. */
function encode(
  value: unknown,
  depth: number,
  done: Map<object, unknown>,
  dumpLater: (instance: object) => unknown,
): unknown {
  if (typeof value !== 'object' || value === null || isKeptAsIs(value) || depth > MAX_DEPTH) return value
  if (done.has(value)) return done.get(value)
  done.set(value, value)
  const encoded = encodeObject(value, (inner) => encode(inner, depth + 1, done, dumpLater), dumpLater)
  done.set(value, encoded)
  return encoded
}

function encodeObject(
  value: object,
  encodeInner: (inner: unknown) => unknown,
  dumpLater: (instance: object) => unknown,
): unknown {
  // What would be lost in a copy is left to the store, too, which says what is wrong with it.
  if ((isPlain(value) || isContainer(value)) && !isWhole(value)) return value
  if (isPlain(value)) {
    const mapped = copyItems(value, encodeInner)
    return Object.hasOwn(value, MARK) ? { [MARK]: [OWN, mapped] } : mapped
  }
  if (isContainer(value)) return copyItems(value, encodeInner)
  if (isDeltaSnapshot(value)) return { [MARK]: [SNAPSHOT, encodeInner(value.value)] }
  // What a graph sends to a node: it reads it as a plain object.
  if ('lg_name' in value && value.lg_name === 'Send') return copyItems(fieldsOf(value), encodeInner)
  return dumpLater(value)
}

function decode(stored: unknown, loadKept: (kept: Marked[typeof MARK]) => unknown): unknown {
  if (typeof stored !== 'object' || stored === null || isKeptAsIs(stored)) return stored
  const decodeInner = (inner: unknown) => decode(inner, loadKept)
  if (isContainer(stored) || !Object.hasOwn(stored, MARK)) return mapItems(stored, decodeInner)
  const kept = (stored as Marked)[MARK]
  if (kept[0] === OWN) return mapItems(kept[1] as object, decodeInner)
  return kept[0] === SNAPSHOT ? new DeltaSnapshot(decodeInner(kept[1])) : loadKept(kept)
}

// All together, for each call costs more than most messages do. JSON as a value, not as text in a text: what has changed
// in it is found, and people can read it.
async function dump(instances: object[], serde: SerializerProtocol): Promise<Marked[typeof MARK][]> {
  const [type, bytes] = await serde.dumpsTyped(instances)
  if (type === JSON_TYPE)
    return (JSON.parse(new TextDecoder().decode(bytes)) as unknown[]).map((kept) => [JSON_TYPE, kept])
  return Promise.all(instances.map((instance) => serde.dumpsTyped(instance)))
}

async function load(found: readonly Marked[typeof MARK][], serde: SerializerProtocol): Promise<unknown[]> {
  if (found.every(([type]) => type === JSON_TYPE))
    return (await serde.loadsTyped(JSON_TYPE, JSON.stringify(found.map(([, kept]) => kept)))) as unknown[]
  return Promise.all(found.map(([type, kept]) => serde.loadsTyped(type, kept as Uint8Array)))
}

/** The container with its items mapped: the very same when nothing changes. */
function mapItems(container: object, map: (item: unknown) => unknown): unknown {
  let isChanged = false
  const copy = copyItems(container, (item) => {
    const mapped = map(item)
    isChanged ||= !Object.is(mapped, item)
    return mapped
  })
  return isChanged ? copy : container
}

/** Another container of its kind, with its items mapped. */
function copyItems(container: object, map: (item: unknown) => unknown): object {
  if (Array.isArray(container)) return container.map((item) => map(item))
  if (types.isSet(container)) return new Set([...container].map((item) => map(item)))
  if (types.isMap(container)) return new Map([...container].map(([key, item]) => [map(key), map(item)]))
  return Object.fromEntries(Object.entries(container).map(([key, item]) => [key, map(item)]))
}

/** Whether its items are all that there is to it: no holes, getters, symbols or further keys, nor a class of its own. */
function isWhole(container: object): boolean {
  if (Array.isArray(container)) return Object.keys(container).length === container.length
  if (isContainer(container))
    return Object.getPrototypeOf(Object.getPrototypeOf(Object.getPrototypeOf(container))) === null
  return Reflect.ownKeys(container).every((key) => {
    const property = Object.getOwnPropertyDescriptor(container, key)
    return typeof key === 'string' && property?.enumerable === true && 'value' in property
  })
}

function isContainer(value: object): boolean {
  return Array.isArray(value) || types.isMap(value) || types.isSet(value)
}

function isKeptAsIs(value: object): boolean {
  return (
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isAnyArrayBuffer(value) ||
    ArrayBuffer.isView(value) ||
    value instanceof URL
  )
}

/** An object literal, of whichever realm. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return !isContainer(value) && (prototype === null || Object.getPrototypeOf(prototype) === null)
}

function fieldsOf(send: object): object {
  const { node, args, timeout } = send as { node: string; args: unknown; timeout?: unknown }
  return timeout === undefined ? { node, args } : { node, args, timeout }
}
