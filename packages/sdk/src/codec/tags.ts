import { types } from 'node:util'
import { describe } from '../describe.ts'
import type { JsonValue, StateValue } from '../json-value.ts'
import { type Refuse, requireBuiltIn } from './built-ins.ts'
import { decodeBytes, encodeBytes, isBytes, requireBytes } from './bytes.ts'

/** How a kind of value that JSON lacks is written, and read again; of a payload that was never written, anything is read. */
interface Kind {
  write(value: never): JsonValue
  read(payload: never): StateValue
}

const NUMBERS = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
])

const KINDS: Record<string, Kind> = {
  $undefined: { write: () => true, read: () => undefined },
  $number: {
    write: (number: number) => (Object.is(number, -0) ? '-0' : `${number}`),
    read: (name: string) => NUMBERS.get(name) ?? Number.NaN,
  },
  $bigint: { write: (bigint: bigint) => `${bigint}`, read: (digits: string) => BigInt(digits) },
  $date: {
    write: (date: Date) => (Number.isNaN(date.getTime()) ? null : date.toISOString()),
    read: (time: string | null) => new Date(time ?? Number.NaN),
  },
  $regexp: {
    write: ({ source, flags, lastIndex }: RegExp) => (lastIndex === 0 ? [source, flags] : [source, flags, lastIndex]),
    read: ([source, flags, lastIndex]: [string, string, number?]) => {
      if (!source.isWellFormed()) throw new SyntaxError('it has a lone surrogate')
      return Object.assign(new RegExp(source, flags), { lastIndex: isIndex(lastIndex) ? lastIndex : 0 })
    },
  },
  $url: { write: (url: URL) => url.href, read: (href: string) => new URL(href) },
  $bytes: { write: encodeBytes, read: decodeBytes },
}

/** A tag: its name, and what it holds. */
export type Tag = [name: string, payload: JsonValue]

/** The tag of a primitive that JSON lacks. */
export function tagOfPrimitive(value: bigint | number | undefined): Tag {
  const name = value === undefined ? '$undefined' : typeof value === 'bigint' ? '$bigint' : '$number'
  return [name, (KINDS[name] as Kind).write(value as never)]
}

/** The tag of a built-in object that JSON lacks; undefined for other objects, and for Maps and Sets, which hold values. */
export function tagOfObject(value: object, refuse: Refuse): Tag | undefined {
  const name = nameOfTag(value, refuse)
  return name === undefined ? undefined : [name, (KINDS[name] as Kind).write(value as never)]
}

function nameOfTag(value: object, refuse: Refuse): string | undefined {
  if (types.isDate(value)) {
    requireBuiltIn(value, Date, refuse)
    return '$date'
  }
  if (types.isRegExp(value)) {
    requireBuiltIn(value, RegExp, refuse, ['lastIndex'])
    if (!value.source.isWellFormed()) refuse('well-formed Unicode', 'a RegExp with a lone surrogate')
    if (!isIndex(value.lastIndex)) refuse('a RegExp with an integer from 0 up as lastIndex', 'one with another')
    return '$regexp'
  }
  if (isBytes(value)) {
    requireBytes(value, refuse)
    return '$bytes'
  }
  if (value instanceof URL) {
    requireBuiltIn(value, URL, refuse)
    if (new URL(value.href).href !== value.href) refuse('a URL whose text reads as the same URL', 'another')
    return '$url'
  }
  return undefined
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0)
}

/** The value of a tag. It is only taken for one if its value is written as this very tag. */
export function valueOfTag(name: string, payload: JsonValue): StateValue {
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined
  if (kind === undefined) throw new SyntaxError(`there is no tag ${describe(name)}`)
  const value = kind.read(payload as never)
  const written = kind.write(value as never)
  if (written !== payload && JSON.stringify(written) !== JSON.stringify(payload))
    throw new SyntaxError(`the tag ${name} holds what was never written there`)
  return value
}
