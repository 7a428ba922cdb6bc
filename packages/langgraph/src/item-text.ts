import { types } from 'node:util'
import { InvalidInputError } from '@descartes/sdk'
import { describe } from './describe.ts'

/** Paths to the texts of a value; `false` for none of it. */
export type Indexed = false | string[]

/** The whole value, as LangGraph calls it. */
const WHOLE = '$'

/** What stands in a path: a field, `[0]`, `[-1]`, `[*]`, `*`, or `{these,fields}`. */
const TOKEN = /\[[^\]]*\]|\{[^}]*\}|[^.[{]+/g

/** An argument that says what of a value is indexed. */
export function indexedIn(value: unknown, field: string): Indexed | undefined {
  if (value === undefined || value === null) return undefined
  if (value === false || (Array.isArray(value) && value.every((path) => typeof path === 'string'))) return value
  throw new InvalidInputError(field, 'an array of paths, or false', describe(value))
}

/** The text that a value is found by: all strings of what stands at the paths. */
export function textOf(value: object, indexed: Indexed = [WHOLE]): string {
  const found: string[] = []
  const seen = new Set<object>()
  for (const path of indexed || []) {
    for (const part of path === WHOLE || path === '' ? [value] : partsAt(value, path)) {
      if (typeof part === 'number' || typeof part === 'boolean') found.push(String(part))
      else addStrings(part, found, seen, 0)
    }
  }
  // A text of the store has no NUL; a string of a value may.
  return found.join('\n').replaceAll('\0', ' ').toWellFormed()
}

function partsAt(value: unknown, path: string): unknown[] {
  return (path.match(TOKEN) ?? []).reduce((parts, token) => parts.flatMap((part) => step(part, token)), [value])
}

function step(value: unknown, token: string): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  if (token === '*') return Object.values(value)
  if (token.startsWith('{')) {
    const paths = token.slice(1, -1).split(',')
    return paths.flatMap((path) => partsAt(value, path.trim()))
  }
  if (!token.startsWith('[')) return Object.hasOwn(value, token) ? [(value as Record<string, unknown>)[token]] : []
  if (!Array.isArray(value)) return []
  const index = token.slice(1, -1)
  return index === '*' ? value : /^-?\d+$/.test(index) ? [value.at(Number(index))] : []
}

/** Deeper than values may go: the store refuses them. A message may be an object of several levels here. */
const MAX_DEPTH = 1000

/** Adds every string within a value, each object's once. */
function addStrings(value: unknown, found: string[], seen: Set<object>, depth: number): void {
  if (typeof value === 'string') found.push(value)
  if (typeof value !== 'object' || value === null || seen.has(value) || depth > MAX_DEPTH) return
  seen.add(value)
  for (const inner of innerOf(value)) addStrings(inner, found, seen, depth + 1)
}

function innerOf(value: object): Iterable<unknown> {
  if (types.isMap(value)) return [...value].flat()
  if (types.isSet(value)) return value
  if (ArrayBuffer.isView(value)) return []
  // What LangChain's objects, such as messages, are made of.
  const made = (value as { lc_kwargs?: unknown }).lc_kwargs
  return Object.values(typeof made === 'object' && made !== null ? made : value)
}
