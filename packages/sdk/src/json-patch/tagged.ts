import { encodeJson, encodeTagged, isTagged, tag } from '../codec.ts'
import { OPEN_OBJECT, skipSpace } from './scan.ts'

/** A value as text, as it stands in a document with tags or in a plain one. */
export interface Encoded {
  readonly text: string
  readonly hasTags: boolean
}

/** The text of a value that goes into a document. It can be undefined there, though a whole document cannot. */
export function encodeValue(value: unknown, field: string, maxBytes: number): Encoded {
  if (value === undefined) return { text: encodeTagged(value, field, maxBytes), hasTags: true }
  const text = encodeJson(value, field, maxBytes)
  return isTagged(text) ? { text: unwrap(text), hasTags: true } : { text, hasTags: false }
}

/** As it stands in a document with tags. */
export function withTags(encoded: Encoded): string {
  return encoded.hasTags ? encoded.text : unwrap(tag(encoded.text))
}

/** Where the value starts that a document with tags is wrapped around: it has a single key. */
export function startOfWrapped(text: string): number {
  return skipSpace(text, text.indexOf(':') + 1)
}

/** True if the value at `at`, in a text with tags, is a tag: this one, or any. */
export function isTagAt(text: string, at: number, name = ''): boolean {
  if (text.charCodeAt(at) !== OPEN_OBJECT) return false
  const key = skipSpace(text, at + 1)
  // A key of the user's that starts with $ has one more of them.
  return text.startsWith(name === '' ? '"$' : `"${name}"`, key) && text[key + 2] !== '$'
}

function unwrap(text: string): string {
  return text.slice(startOfWrapped(text), text.lastIndexOf('}'))
}
