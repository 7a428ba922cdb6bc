import { types } from 'node:util'
import { describe } from '../describe.ts'
import type { JsonValue, StateValue } from '../json-value.ts'
import { type Refuse, requireBuiltIn } from './built-ins.ts'
import { decodeBytes, encodeBytes, isBytes } from './bytes.ts'

/** The name of a tag, and what it holds. */
export type Tag = [name: string, payload: JsonValue]

/** The tag of a primitive that JSON lacks. */
export function tagOfPrimitive(value: bigint | number | undefined): Tag {
  if (value === undefined) return ['$undefined', true]
  if (typeof value === 'bigint') return ['$bigint', `${value}`]
  return ['$number', Object.is(value, -0) ? '-0' : `${value}`]
}

/** The tag of a built-in object that JSON lacks; undefined for other objects, and for Maps and Sets, which hold values. */
export function tagOfObject(value: object, refuse: Refuse): Tag | undefined {
  if (types.isDate(value)) {
    requireBuiltIn(value, 'Date', refuse)
    return ['$date', Number.isNaN(value.getTime()) ? null : value.toISOString()]
  }
  if (types.isRegExp(value)) {
    requireBuiltIn(value, 'RegExp', refuse, ['lastIndex'])
    return ['$regexp', encodeRegExp(value, refuse)]
  }
  if (isBytes(value)) return ['$bytes', encodeBytes(value, refuse)]
  if (value instanceof URL) {
    requireBuiltIn(value, 'URL', refuse)
    if (new URL(value.href).href !== value.href) refuse('a URL whose text reads as the same URL', 'another')
    return ['$url', value.href]
  }
  return undefined
}

function encodeRegExp({ source, flags, lastIndex }: RegExp, refuse: Refuse): JsonValue {
  if (!source.isWellFormed()) refuse('well-formed Unicode', 'a RegExp with a lone surrogate')
  if (!Number.isSafeInteger(lastIndex) || lastIndex < 0 || Object.is(lastIndex, -0))
    refuse('a RegExp with an integer from 0 up as lastIndex', 'one with another')
  return lastIndex === 0 ? [source, flags] : [source, flags, lastIndex]
}

const NUMBERS: Record<string, number> = { NaN, Infinity, '-Infinity': -Infinity, '-0': -0 }

/** What a payload stands for, if it is one that was written; of another they throw, or give anything. */
const READERS: Record<string, (payload: never) => StateValue> = {
  $undefined: () => undefined,
  $bigint: (digits: string) => BigInt(digits),
  $number: (name: string) => NUMBERS[name],
  $date: (time: string | null) => new Date(time ?? Number.NaN),
  $regexp: readRegExp,
  $bytes: decodeBytes,
  $url: (href: string) => new URL(href),
}

function readRegExp([source, flags, lastIndex = 0]: [string, string, number?]): RegExp {
  return Object.assign(new RegExp(source, flags), { lastIndex })
}

/** The value of a tag. A tag is only taken for one if its value is written as this very tag. */
export function valueOfTag(name: string, payload: JsonValue): StateValue {
  const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined
  if (read === undefined) throw new SyntaxError(`there is no tag ${describe(name)}`)
  const value = read(payload as never)
  const malformed = () => {
    throw new SyntaxError(`the tag ${name} holds what was never written there`)
  }
  const written =
    typeof value === 'object' && value !== null ? tagOfObject(value, malformed) : tagOfPrimitive(value as bigint)
  if (JSON.stringify(written) !== JSON.stringify([name, payload])) malformed()
  return value
}
