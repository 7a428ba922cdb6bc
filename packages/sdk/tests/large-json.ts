import type { JsonValue } from '@descartes/sdk'
import fc from 'fast-check'
import { json, key } from './json-arbitraries.ts'

type Container = JsonValue[] | { [key: string]: JsonValue }
type Entry = [key: string, value: JsonValue]

const text = fc
  .tuple(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('word ', 'é', '日本', '😀', '"\\\n')), fc.nat(1500))
  .map(([unit, times]) => unit.repeat(times).slice(0, 6000).toWellFormed())

const small: fc.Arbitrary<JsonValue> = fc.oneof(
  json,
  fc.record({ role: fc.constantFrom('user', 'assistant'), content: text }),
)

/** Objects and arrays of many members, some alike and some not. */
const many = fc
  .tuple(fc.array(small, { minLength: 1, maxLength: 4 }), fc.nat(300), fc.boolean())
  .map(([items, length, isArray]): JsonValue => {
    const list = Array.from({ length }, (_, i): JsonValue => {
      const item = items[i % items.length] as JsonValue
      return i % 5 === 0 ? i : i % 3 === 0 ? { id: i, item: copyOf(item) } : copyOf(item)
    })
    return isArray ? list : Object.fromEntries(list.map((item, i) => [`key ${i}`, item]))
  })

/** Any JSON value, some of them far too large for one run. */
export const { value: largeJson } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    small,
    text,
    many,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries) as JsonValue),
  ),
}))

const KINDS = ['append', 'put in front', 'insert', 'remove', 'replace', 'move', 'turn around', 'repeat'] as const

/** A change of a part of a value. */
export interface Edit {
  readonly kind: (typeof KINDS)[number]
  /** Which member to go down to at each level; where it ends, the change is made. */
  readonly way: readonly number[]
  readonly at: number
  readonly count: number
  readonly value: JsonValue
  /** Whether all objects and strings are new ones. */
  readonly isCopied: boolean
}

export const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom(...KINDS),
  way: fc.array(fc.nat(1000), { maxLength: 4 }),
  at: fc.nat(1000),
  count: fc.oneof(fc.constant(1), fc.nat(60)),
  value: fc.oneof({ arbitrary: small, weight: 4 }, { arbitrary: many, weight: 1 }),
  isCopied: fc.boolean(),
})

/** Makes the change, in place where the value is an object and not copied. */
export function change(value: JsonValue, made: Edit): JsonValue {
  const whole = made.isCopied ? copyOf(value) : value
  const container = containerAt(whole, made.way)
  if (container === undefined) return copyOf(made.value)
  // Each time another copy: an object that stands in two places is changed in both.
  const given = copyOf(made.value)
  if (Array.isArray(container)) rearrange<JsonValue>(container, made, given, copyOf)
  else {
    const entries: Entry[] = Object.entries(container)
    rearrange<Entry>(entries, made, [`new ${made.at % 7}`, given], ([name, item]) => [`${name} again`, copyOf(item)])
    for (const name of Object.keys(container)) delete container[name]
    for (const [name, item] of entries)
      Object.defineProperty(container, name, { value: item, enumerable: true, configurable: true, writable: true })
  }
  return whole
}

export function containerAt(value: JsonValue, [step, ...way]: readonly number[]): Container | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const inner = Object.values(value).filter((item) => typeof item === 'object' && item !== null)
  const next = step === undefined ? undefined : inner[step % inner.length]
  return next === undefined ? value : containerAt(next, way)
}

function rearrange<T>(list: T[], { kind, at, count }: Edit, given: T, copy: (item: T) => T): void {
  const place = at % (list.length + 1)
  if (kind === 'append') list.push(given)
  else if (kind === 'put in front') list.unshift(given)
  else if (kind === 'insert') list.splice(place, 0, given)
  else if (kind === 'remove') list.splice(place, count)
  else if (kind === 'replace') list.splice(place, 1, given)
  else if (kind === 'move') list.unshift(...list.splice(place, count))
  else if (kind === 'turn around') list.reverse()
  else list.push(...list.slice(place, place + count).map(copy))
}

export function copyOf(value: JsonValue): JsonValue {
  return JSON.parse(JSON.stringify(value))
}
