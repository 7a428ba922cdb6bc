import { InvalidInputError } from '@descartes/store'
import { describe } from '../describe.ts'

/** A JSON Pointer (RFC 6901), read. */
export interface Pointer {
  readonly keys: readonly string[]
  /** As it was written. */
  readonly text: string
  /** The field of the call where it was given, for errors. */
  readonly field: string
}

const INDEX = /^(?:0|[1-9][0-9]*)$/

export function parsePointer(value: unknown, field: string): Pointer {
  if (typeof value !== 'string') return refuse(field, value, 'a JSON pointer')
  if (value !== '' && value[0] !== '/')
    return refuse(field, value, 'a JSON pointer: empty, or keys with a "/" before each')
  if (/~(?![01])/.test(value)) return refuse(field, value, 'a JSON pointer with "~0" for "~" and "~1" for "/" in keys')
  if (!value.isWellFormed()) return refuse(field, value, 'a JSON pointer of well-formed Unicode')
  return { keys: value.split('/').slice(1).map(unescapeKey), text: value, field }
}

export function formatPointer(keys: readonly (string | number)[]): string {
  return keys.map((key) => `/${escapeKey(key)}`).join('')
}

export function escapeKey(key: string | number): string {
  return String(key).replaceAll('~', '~0').replaceAll('/', '~1')
}

/** The index that a key of a pointer means in an array; undefined if it is none. */
export function toIndex(key: string): number | undefined {
  return INDEX.test(key) ? Number(key) : undefined
}

function unescapeKey(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~')
}

function refuse(field: string, value: unknown, expected: string): never {
  throw new InvalidInputError(field, expected, describe(value))
}
