import type { JsonPatchOperation, StateValue } from '@descartes/sdk'
import { encodeJson } from '../../src/codec.ts'

/** JSON Patch as RFC 6902 tells it, on values and without regard to speed: what ours must agree with. */
export function patchValue(document: StateValue, patch: readonly JsonPatchOperation[]): StateValue {
  // Around the document, so that the whole of it has a parent, too.
  const house = { '': clone(document) }
  for (const [i, operation] of patch.entries()) {
    try {
      apply(house, operation)
    } catch (cause) {
      throw new Refusal(i, { cause })
    }
  }
  return house['']
}

/** The operation of this index cannot be carried out. */
export class Refusal extends Error {
  constructor(
    readonly index: number,
    details: ErrorOptions,
  ) {
    super(`operation ${index}`, details)
  }
}

function apply(house: StateValue, operation: JsonPatchOperation): void {
  const path = keysOf(operation.path)
  if (operation.op === 'add') add(house, path, operation.value as StateValue)
  else if (operation.op === 'remove') remove(house, path)
  else if (operation.op === 'replace') replace(house, path, operation.value as StateValue)
  else if (operation.op === 'test') require(sameText(get(house, path), operation.value as StateValue))
  else if (operation.op === 'copy') add(house, path, clone(get(house, keysOf(operation.from))))
  else move(house, keysOf(operation.from), path)
}

function replace(house: StateValue, path: readonly string[], value: StateValue): void {
  get(house, path)
  if (Array.isArray(get(house, path.slice(0, -1)))) remove(house, path)
  add(house, path, value)
}

function move(house: StateValue, from: readonly string[], path: readonly string[]): void {
  const value = get(house, from)
  if (from.length === path.length && from.every((key, i) => key === path[i])) return
  require(!(path.length > from.length && from.every((key, i) => key === path[i])))
  remove(house, from)
  add(house, path, value)
}

function keysOf(pointer: string): string[] {
  require(pointer === '' || pointer.startsWith('/'))
  return pointer.split('/').map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function get(value: StateValue, [key, ...rest]: readonly string[]): StateValue {
  if (key === undefined) return value
  require(isContainer(value) && (!Array.isArray(value) || /^(0|[1-9]\d*)$/.test(key)) && Object.hasOwn(value, key))
  return get((value as Record<string, StateValue>)[key], rest)
}

function add(value: StateValue, way: readonly string[], added: StateValue): void {
  const parent = get(value, way.slice(0, -1))
  const key = way.at(-1) as string
  require(isContainer(parent))
  if (Array.isArray(parent)) {
    require(/^(0|[1-9]\d*|-)$/.test(key) && (key === '-' || Number(key) <= parent.length))
    parent.splice(key === '-' ? parent.length : Number(key), 0, added)
  } else Object.defineProperty(parent, key, { value: added, enumerable: true, writable: true, configurable: true })
}

function remove(value: StateValue, way: readonly string[]): void {
  require(way.length > 1)
  get(value, way)
  const parent = get(value, way.slice(0, -1))
  const key = way.at(-1) as string
  if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else delete (parent as Record<string, StateValue>)[key]
}

function require(condition: boolean): void {
  if (!condition) throw new Error('refused')
}

/** Dates, Maps and their like are not gone into. */
export function isContainer(value: unknown): value is StateValue[] | Record<string, StateValue> {
  if (typeof value !== 'object' || value === null) return false
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
}

function clone<T>(value: T): T {
  if (Array.isArray(value)) return value.map(clone) as T
  if (!isContainer(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clone(item)])) as T
}

function sameText(a: StateValue, b: StateValue): boolean {
  const [one, other] = [a, b].map((value) => encodeJson([sorted(value)], 'value', 1e9))
  return one === other
}

/** With the keys of all objects in one order. */
export function sorted(value: StateValue): StateValue {
  if (Array.isArray(value)) return value.map(sorted)
  if (value instanceof Map) return new Map([...value].map((entry) => entry.map(sorted) as [StateValue, StateValue]))
  if (value instanceof Set) return new Set([...value].map(sorted))
  if (!isContainer(value)) return value
  const keys = Object.keys(value).sort()
  return Object.fromEntries(keys.map((key) => [key, sorted((value as Record<string, StateValue>)[key])]))
}
