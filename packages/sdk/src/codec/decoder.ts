import type { JsonValue, StateValue } from '../json-value.ts'
import { MAX_DEPTH } from './plain.ts'
import { valueOfTag } from './tags.ts'

/** The value of parsed text with tags; it takes over the objects and arrays. Throws on what the encoder never writes. */
export function readTagged(node: JsonValue, depth = 0): StateValue {
  switch (typeof node) {
    case 'string':
      return requireText(node)
    case 'number':
      if (!Number.isFinite(node) || Object.is(node, -0)) throw new SyntaxError(`the number ${node} has no tag`)
      return node
    case 'boolean':
      return node
    default:
      if (node === null) return null
      if (depth >= MAX_DEPTH) throw new RangeError(`it has more than ${MAX_DEPTH} levels`)
      return Array.isArray(node) ? readItems(node, depth) : readObject(node, depth)
  }
}

function readItems(items: StateValue[], depth: number): StateValue[] {
  for (let i = 0; i < items.length; i++) items[i] = readTagged(items[i] as JsonValue, depth + 1)
  return items
}

function readObject(node: Record<string, JsonValue>, depth: number): StateValue {
  const object: Record<string, StateValue> = node
  const keys = Object.keys(node)
  let isEscaped = false
  for (const key of keys) {
    if (key.startsWith('$$')) isEscaped = true
    else if (key.startsWith('$')) return readTag(keys, node, depth)
    object[requireText(key)] = readTagged(node[key] as JsonValue, depth + 1)
  }
  if (!isEscaped) return object
  return Object.fromEntries(keys.map((key) => [key.startsWith('$$') ? key.slice(1) : key, object[key]]))
}

function readTag(keys: readonly string[], node: Record<string, JsonValue>, depth: number): StateValue {
  const name = keys[0] as string
  if (keys.length > 1) throw new SyntaxError('a tag stands among other keys')
  const payload = node[name] as JsonValue
  if (name === '$map') return readMap(payload, depth)
  if (name === '$set') return readSet(payload, depth)
  return valueOfTag(name, payload)
}

function readMap(entries: JsonValue, depth: number): Map<StateValue, StateValue> {
  const map = new Map<StateValue, StateValue>()
  if (!Array.isArray(entries)) throw new SyntaxError('the tag $map holds no entries')
  for (const entry of entries) {
    if (!Array.isArray(entry) || entry.length !== 2) throw new SyntaxError('the tag $map holds what is no entry')
    map.set(requireNew(map, readTagged(entry[0] as JsonValue, depth + 1)), readTagged(entry[1] as JsonValue, depth + 1))
  }
  return map
}

function readSet(items: JsonValue, depth: number): Set<StateValue> {
  const set = new Set<StateValue>()
  if (!Array.isArray(items)) throw new SyntaxError('the tag $set holds no items')
  for (const item of items) set.add(requireNew(set, readTagged(item, depth + 1)))
  return set
}

function requireNew(known: { has(key: StateValue): boolean }, key: StateValue): StateValue {
  if (known.has(key) || Object.is(key, -0)) throw new SyntaxError('a Map or Set holds a key that it would not take')
  return key
}

function requireText(text: string): string {
  if (!text.isWellFormed()) throw new SyntaxError('it has a lone surrogate')
  return text
}
