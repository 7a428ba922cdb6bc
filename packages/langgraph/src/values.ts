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

/** A value as the store can keep it. */
export async function encodeValue(value: unknown, serde: SerializerProtocol): Promise<unknown> {
  return encode(value, serde, 0)
}

/** The value that was encoded. */
export async function decodeValue(stored: unknown, serde: SerializerProtocol): Promise<unknown> {
  return decode(stored, serde)
}

function encode(value: unknown, serde: SerializerProtocol, depth: number): unknown {
  if (typeof value !== 'object' || value === null || isKeptAsIs(value) || depth > MAX_DEPTH) return value
  const encodeInner = (inner: unknown) => encode(inner, serde, depth + 1)
  if (isPlain(value)) {
    const mapped = mapItems(value, encodeInner)
    return Object.hasOwn(value, MARK) ? mark(OWN, mapped) : mapped
  }
  if (isContainer(value)) return mapItems(value, encodeInner)
  if (isDeltaSnapshot(value)) return mark(SNAPSHOT, encodeInner(value.value))
  // What a graph sends to a node: it reads it as a plain object.
  if ('lg_name' in value && value.lg_name === 'Send') return mapItems(fieldsOf(value), encodeInner)
  return dump(value, serde)
}

function decode(stored: unknown, serde: SerializerProtocol): unknown {
  if (typeof stored !== 'object' || stored === null || isKeptAsIs(stored)) return stored
  const decodeInner = (inner: unknown) => decode(inner, serde)
  if (isContainer(stored) || !Object.hasOwn(stored, MARK)) return mapItems(stored, decodeInner)
  const [type, kept] = (stored as { [MARK]: [string, unknown] })[MARK]
  if (type === OWN) return mapItems(kept as object, decodeInner)
  if (type === SNAPSHOT) return Promise.resolve(decodeInner(kept)).then((value) => new DeltaSnapshot(value))
  return serde.loadsTyped(type, type === JSON_TYPE ? JSON.stringify(kept) : (kept as Uint8Array))
}

// JSON as a value, not as text in a text: what changed in it is found, and people can read it.
async function dump(value: object, serde: SerializerProtocol): Promise<unknown> {
  const [type, bytes] = await serde.dumpsTyped(value)
  return { [MARK]: [type, type === JSON_TYPE ? JSON.parse(new TextDecoder().decode(bytes)) : bytes] }
}

function mark(type: string, kept: unknown): unknown {
  return kept instanceof Promise ? kept.then((value) => ({ [MARK]: [type, value] })) : { [MARK]: [type, kept] }
}

/** The container with its items mapped: a promise when one of them is, and the very same when nothing changes. */
function mapItems(container: object, map: (item: unknown) => unknown): unknown {
  if (Array.isArray(container)) return replace(container, container, map, (items) => items)
  if (types.isSet(container)) return replace(container, [...container], map, (items) => new Set(items))
  if (types.isMap(container)) {
    const pairs = (items: unknown[]) =>
      Array.from({ length: items.length / 2 }, (_, i) => items.slice(2 * i, 2 * i + 2))
    return replace(container, [...container].flat(), map, (items) => new Map(pairs(items) as [unknown, unknown][]))
  }
  const keys = Object.keys(container)
  const build = (items: unknown[]) => Object.fromEntries(keys.map((key, i) => [key, items[i]]))
  return replace(container, Object.values(container), map, build)
}

function replace(
  container: object,
  items: unknown[],
  map: (item: unknown) => unknown,
  build: (items: unknown[]) => object,
): unknown {
  const mapped = items.map(map)
  if (mapped.every((item, i) => Object.is(item, items[i]))) return container
  return mapped.some((item) => item instanceof Promise) ? Promise.all(mapped).then(build) : build(mapped)
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
