import type { JsonValue, StateValue } from '@descartes/sdk'
import fc from 'fast-check'
import { encodeJson, isTagged } from '../../src/codec.ts'
import { json, key, stateValue } from '../json-arbitraries.ts'

/** Documents that are small and tangled, and ones that are wide or long, as states grow to be. */
const plain: fc.Arbitrary<JsonValue> = fc.oneof(
  { arbitrary: json, weight: 3 },
  { arbitrary: fc.array(json, { minLength: 60, maxLength: 200, size: 'max' }), weight: 1 },
  { arbitrary: fc.array(fc.integer(), { minLength: 60, maxLength: 300, size: 'max' }), weight: 1 },
  {
    arbitrary: fc
      .array(fc.tuple(key, json), { minLength: 60, maxLength: 200, size: 'max' })
      .map((entries) => Object.fromEntries(entries.map(([name, value], i) => [`${name}${i % 90}`, value]))),
    weight: 1,
  },
  {
    arbitrary: fc
      .tuple(json, fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), json), { maxLength: 6 }))
      .map(([first, list]) => ({
        first,
        long: list.map(([text, value]) => ({ text: text + 'x'.repeat(5000), value })),
        last: 1,
      })),
    weight: 1,
  },
)

/** The same, with values that JSON lacks. */
export const document: fc.Arbitrary<StateValue> = fc.oneof(
  { arbitrary: plain, weight: 2 },
  { arbitrary: stateValue.filter((value) => value !== undefined), weight: 1 },
  { arbitrary: fc.tuple(plain, stateValue).map(([first, second]) => ({ first, second })), weight: 1 },
)

/** How a document's text may differ from what JSON.stringify writes, and mean the same. */
export interface Spelling {
  space: string
  escapes: boolean
  repeats: boolean
}

export const spelling: fc.Arbitrary<Spelling> = fc.oneof(
  fc.constant({ space: '', escapes: false, repeats: false }),
  fc.record({ space: fc.constantFrom('', ' ', '\n\t', '\r\n  '), escapes: fc.boolean(), repeats: fc.boolean() }),
)

/** A stored document. One that is wrapped for its tags is at most given other white space by a database. */
export function spell(value: StateValue, how: Spelling): string {
  const text = encodeJson(value, 'state', 1e9)
  return respell(JSON.parse(text), isTagged(text) ? { ...how, escapes: false, repeats: false } : how)
}

function respell(value: JsonValue, how: Spelling): string {
  const { space } = how
  const inside = (): string => {
    if (typeof value === 'string') return spellText(value, how)
    if (typeof value !== 'object' || value === null) return JSON.stringify(value)
    if (Array.isArray(value)) return `[${value.map((item) => respell(item, how)).join(',') || space}]`
    const members = Object.entries(value).map(
      ([name, item]) => [`${space}${spellText(name, how)}${space}`, item] as const,
    )
    // All but the last of a repeated key are overruled.
    const overruled = how.repeats ? members.map(([name]) => `${name}:${space}{"overruled":[1,"]"]}`) : []
    const written = members.map(([name, item]) => `${name}:${respell(item, how)}`)
    return `{${[...overruled, ...written].join(',') || space}}`
  }
  return `${space}${inside()}${space}`
}

function spellText(text: string, { escapes }: Spelling): string {
  const plain = JSON.stringify(text)
  if (!escapes) return plain
  return plain.replace(/\\u[0-9a-f]{4}|\\.|[a-z]|\//g, (part) => (part.length > 1 ? part : toEscape(part)))
}

function toEscape(char: string): string {
  if (char === '/') return '\\/'
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}
