import { CorruptDataError } from '@descartes/store'
import type { JsonValue } from '../json-value.ts'

export const QUOTE = 0x22
export const COMMA = 0x2c
export const COLON = 0x3a
export const OPEN_ARRAY = 0x5b
export const CLOSE_ARRAY = 0x5d
export const OPEN_OBJECT = 0x7b
export const CLOSE_OBJECT = 0x7d
const BACKSLASH = 0x5c

/** The column of the documents that are patched. */
export const STATE_COLUMN = 'agent_states.state_data'

// These find their way through JSON text without parsing it. They work on the string as it comes from the database:
// measured, `indexOf` jumps over what is in quotes faster than a loop over the bytes of a Buffer, were it there already.

/** Where the white space that begins at `at` ends. */
export function skipSpace(text: string, at: number): number {
  while (isSpace(text.charCodeAt(at))) at++
  return at
}

/** Where the value that starts at `at` ends. */
export function endOfValue(text: string, at: number): number {
  const first = text.charCodeAt(at)
  if (first === QUOTE) return endOfString(text, at)
  if (first === OPEN_OBJECT || first === OPEN_ARRAY) return endOfContainer(text, at + 1)
  return endOfScalar(text, at)
}

/** Where the string whose opening quote is at `at` ends. */
export function endOfString(text: string, at: number): number {
  for (let quote = at; ; ) {
    quote = text.indexOf('"', quote + 1)
    if (quote === -1) return notJson()
    if (text.charCodeAt(quote - 1) !== BACKSLASH) return quote + 1
    // Of an even number of backslashes, the last does not belong to the quote.
    let before = quote - 2
    while (text.charCodeAt(before) === BACKSLASH) before--
    if (((quote - before) & 1) === 1) return quote + 1
  }
}

/** So many characters are looked at one by one before a search is worth its start. */
const FEW = 12

function endOfScalar(text: string, at: number): number {
  let end = at
  while (end < at + FEW && !endsScalar(text.charCodeAt(end))) end++
  if (end === at) return notJson()
  if (end < at + FEW) return end
  // Long numbers: what stands before the next comma tells whether it follows at once.
  const comma = text.indexOf(',', end)
  if (comma > 0 && !endsScalar(text.charCodeAt(comma - 1))) return comma
  while (end < text.length && !endsScalar(text.charCodeAt(end))) end++
  return end
}

const NEXT_MARK = /["[\]{}]/g

/** Where the array or object ends that `at` is in; `at` must not be in a string. */
export function endOfContainer(text: string, at: number): number {
  let depth = 1
  let last = at
  while (at < text.length) {
    const char = text.charCodeAt(at++)
    if (char === QUOTE) at = endOfString(text, at - 1)
    else if (char === OPEN_OBJECT || char === OPEN_ARRAY) depth++
    else if (char === CLOSE_OBJECT || char === CLOSE_ARRAY) {
      if (--depth === 0) return at
    } else {
      if (at - last < FEW) continue
      NEXT_MARK.lastIndex = at
      if (!NEXT_MARK.test(text)) break
      at = NEXT_MARK.lastIndex - 1
    }
    last = at
  }
  return notJson()
}

/** How many arrays and objects lie one in another between two places of a text, at most. */
export function depthOf(text: string, from: number, to: number): number {
  let depth = 0
  let deepest = 0
  while (from < to) {
    const char = text.charCodeAt(from)
    if (char === QUOTE) {
      from = endOfString(text, from)
      continue
    }
    if (char === OPEN_OBJECT || char === OPEN_ARRAY) deepest = Math.max(deepest, ++depth)
    else if (char === CLOSE_OBJECT || char === CLOSE_ARRAY) depth--
    from++
  }
  return deepest
}

/** The value of a stored text. */
export function parseText(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch (cause) {
    return notJson(cause)
  }
}

/** The stored text is not what the store writes. */
export function notJson(cause?: unknown): never {
  throw new CorruptDataError(STATE_COLUMN, 'it is not JSON', { cause })
}

function isSpace(char: number): boolean {
  return char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09
}

/** NaN, the end of the text, ends it, too. */
function endsScalar(char: number): boolean {
  return char === COMMA || char === CLOSE_ARRAY || char === CLOSE_OBJECT || isSpace(char) || Number.isNaN(char)
}
