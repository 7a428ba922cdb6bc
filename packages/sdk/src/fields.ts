import * as v from 'valibot'
import { FIXED_LIMITS } from './limits.ts'

const { idBytes, pathBytes } = FIXED_LIMITS

const SAFE_ASCII = /^[\x20-\x7e]+$/

function isId(value: unknown): boolean {
  if (typeof value !== 'string') return false
  if (SAFE_ASCII.test(value)) return value.length <= idBytes
  return value !== '' && isText(value) && value.normalize('NFC') === value && Buffer.byteLength(value) <= idBytes
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.isWellFormed() && !value.includes('\0')
}

/** An id, or another short word that is a key: status, event type, actor. */
export const id = v.custom<string>(isId, `a string of 1 to ${idBytes} bytes, without NUL, in Unicode normal form C`)

/** Text that may be empty; what bounds its size is said where it is used. */
export const text = v.custom<string>(isText, 'a string of well-formed Unicode without NUL')

/** A reason or a description: may be empty. */
export const note = v.custom<string>(
  (value) => isText(value) && (value as string).length <= 65_536,
  'a string of at most 65,536 characters, of well-formed Unicode without NUL',
)

/** Text that is a name or a title: up to 4,096 characters, not empty. */
export const label = v.custom<string>(
  (value) => isText(value) && value !== '' && (value as string).length <= 4096,
  'a string of 1 to 4,096 characters, of well-formed Unicode without NUL',
)

export const namespace = v.custom<string>(
  (value) => typeof value === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(value) && value !== '.' && value !== '..',
  '1 to 128 characters of A-Z a-z 0-9 . _ - (but not . or ..)',
)

export const date = v.custom<Date>(
  (value) => value instanceof Date && value.getTime() >= 0 && value.getTime() < 253_402_300_800_000,
  'a valid Date from 1970 to 9999',
)

/** An integer from `least` to `most`. */
export const integer = (least: number, most: number = Number.MAX_SAFE_INTEGER) =>
  v.custom<number>(
    (value) =>
      Number.isSafeInteger(value) && !Object.is(value, -0) && (value as number) >= least && (value as number) <= most,
    `an integer from ${least} to ${most}`,
  )

const pathLabel = v.custom<string>(
  (value) => value !== '' && isText(value) && (value as string).normalize('NFC') === value,
  'a label that is not empty, without NUL, in Unicode normal form C',
)

/** The labels of a path, `least` or more. A copy: what is checked is what is used. */
const labels = (least: number, expected: string) =>
  v.pipe(
    v.custom<unknown[]>(
      (value) => Array.isArray(value) && value.length >= least && value.length <= pathBytes,
      expected,
    ),
    v.array(pathLabel),
    v.check((path) => Buffer.byteLength(JSON.stringify(path)) <= pathBytes, expected),
  )

/** Where an item is kept. */
export const path = labels(1, `an array of one label or more, which takes at most ${pathBytes} bytes as JSON`)

/** What paths begin with; all do with no label at all. */
export const pathPrefix = labels(0, `an array of labels, which takes at most ${pathBytes} bytes as JSON`)

export const flag = v.custom<boolean>((value) => typeof value === 'boolean', 'true or false')

/** One of a few words. */
export const oneOf = <const T extends readonly string[]>(...words: T) =>
  v.custom<T[number]>((value) => words.includes(value as string), `one of ${words.join(', ')}`)

export const taskStatus = oneOf('pending', 'in_progress', 'completed', 'failed', 'cancelled')
export const sessionStatus = oneOf('active', 'completed', 'failed', 'cancelled')

/** An expected version; 0 where "there is none yet" can be meant. */
export const version = integer(0)

/** Longer than any that a list gives out. */
const MAX_CURSOR = 16_384

export const cursor = v.custom<string>(
  (value) => typeof value === 'string' && value.length <= MAX_CURSOR,
  'the nextCursor of a page of this very list',
)

/** An array of up to `most` things. */
export const list = (most: number, things: string) =>
  v.pipe(
    v.custom<unknown[]>(
      (value) => Array.isArray(value) && value.length <= most,
      `an array of at most ${most} ${things}`,
    ),
    v.array(v.unknown()),
  )

/** How long something lives, in ms: to 1,000 years, for more would leave the range of dates that sort as text. */
export const ttlMs = integer(1, 1000 * 365 * 24 * 3600 * 1000)

/** A function that is called back. */
export const callback = <T extends (...args: never[]) => unknown>() =>
  v.custom<T>((value) => typeof value === 'function', 'a function')
