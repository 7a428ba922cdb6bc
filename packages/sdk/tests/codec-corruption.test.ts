import { CorruptDataError } from '@descartes/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBytes } from '../src/codec/bytes.ts'
import * as sound from '../src/codec.ts'
import { type Codec, copyWithFault } from './faulty-codec.ts'
import { json, key, scalar, stateValue } from './json-arbitraries.ts'
import { differenceOf } from './same-value.ts'

const LIMIT = 10_000_000

/** Broken documents that hold tags. */
const BROKEN: Record<string, string> = {
  'cut off': '{"$descartes":{"at":{"$date":"1970-01-01T00:00:00.0',
  'with another key beside the tags': '{"$descartes":1,"a":2}',
  'with another key before the tags': '{"a":2,"$descartes":1}',
  'that is undefined': '{"$descartes":{"$undefined":true}}',
  'with an unknown tag': '{"$descartes":{"$duration":1}}',
  'with a tag named like a member of every object': '{"$descartes":{"$constructor":1}}',
  'with a tag without a name': '{"$descartes":{"$":1}}',
  'with a key that is not escaped': '{"$descartes":{"a":1,"$b":2}}',
  'with a key beside a tag': '{"$descartes":{"$date":null,"a":1}}',
  'with two tags in one': '{"$descartes":{"$date":null,"$bigint":"1"}}',
  'with a date that is no time': '{"$descartes":{"$date":"yesterday"}}',
  'with a date without milliseconds': '{"$descartes":{"$date":"1970-01-01T00:00:00Z"}}',
  'with a date in another zone': '{"$descartes":{"$date":"1970-01-01T01:00:00.000+01:00"}}',
  'with a date on February 30': '{"$descartes":{"$date":"2026-02-30T00:00:00.000Z"}}',
  'with a date that is a number': '{"$descartes":{"$date":0}}',
  'with a bigint that is no number': '{"$descartes":{"$bigint":"12x"}}',
  'with a bigint that is a number': '{"$descartes":{"$bigint":12}}',
  'with a bigint in hexadecimal': '{"$descartes":{"$bigint":"0x1f"}}',
  'with a bigint that begins with 0': '{"$descartes":{"$bigint":"012"}}',
  'with a bigint that is -0': '{"$descartes":{"$bigint":"-0"}}',
  'with an empty bigint': '{"$descartes":{"$bigint":""}}',
  'with a number that JSON has': '{"$descartes":{"$number":"1"}}',
  'with a number of another name': '{"$descartes":{"$number":"toString"}}',
  'with undefined that is not true': '{"$descartes":[{"$undefined":null}]}',
  'with a RegExp that is none': '{"$descartes":{"$regexp":["(",""]}}',
  'with a RegExp that is written otherwise': '{"$descartes":{"$regexp":["/",""]}}',
  'with a RegExp whose flags are in another order': '{"$descartes":{"$regexp":["a","ig"]}}',
  'with a RegExp without flags': '{"$descartes":{"$regexp":["a"]}}',
  'with a RegExp whose lastIndex need not be there': '{"$descartes":{"$regexp":["a","g",0]}}',
  'with a RegExp whose lastIndex is no index': '{"$descartes":{"$regexp":["a","g",1.5]}}',
  'with a RegExp of more parts': '{"$descartes":{"$regexp":["a","g",1,2]}}',
  'with a url that is none': '{"$descartes":{"$url":"nowhere"}}',
  'with a url that is written otherwise': '{"$descartes":{"$url":"HTTPS://example.org"}}',
  'with bytes of an unknown kind': '{"$descartes":{"$bytes":["Float8Array",""]}}',
  'with bytes of a kind named like a member of every object': '{"$descartes":{"$bytes":["constructor",""]}}',
  'with bytes in base64url': '{"$descartes":{"$bytes":["Uint8Array","-_-_"]}}',
  'with base64 that is not padded': '{"$descartes":{"$bytes":["Uint8Array","aGk"]}}',
  'with base64 whose last bits are not 0': '{"$descartes":{"$bytes":["Uint8Array","aGl="]}}',
  'with base64 that has white space': '{"$descartes":{"$bytes":["Uint8Array"," aGk="]}}',
  'with bytes that are no whole elements': '{"$descartes":{"$bytes":["Uint16Array","AAAA"]}}',
  'with bytes that are numbers': '{"$descartes":{"$bytes":["Uint8Array",[1,2]]}}',
  'with bytes of more parts': '{"$descartes":{"$bytes":["Uint8Array","aGk=",1]}}',
  'with a Map that is an object': '{"$descartes":{"$map":{"a":1}}}',
  'with a Map with a key alone': '{"$descartes":{"$map":[[1]]}}',
  'with a Map with more than a key and a value': '{"$descartes":{"$map":[[1,2,3]]}}',
  'with a Map with a key twice': '{"$descartes":{"$map":[["a",1],["a",2]]}}',
  'with a Map with the key -0': '{"$descartes":{"$map":[[{"$number":"-0"},1]]}}',
  'with a Set that is an object': '{"$descartes":{"$set":{}}}',
  'with a Set with an item twice': '{"$descartes":{"$set":[{"$number":"NaN"},{"$number":"NaN"}]}}',
  'with the number -0': '{"$descartes":[-0]}',
  'with a number beyond the largest': '{"$descartes":[1e999]}',
  'with a lone surrogate': '{"$descartes":["\\ud800"]}',
  'with a lone surrogate in a RegExp': '{"$descartes":{"$regexp":["\\ud800",""]}}',
  'with a key that has a lone surrogate': '{"$descartes":{"\\ud800":1}}',
  'of more than 128 levels': `{"$descartes":${'['.repeat(129)}${']'.repeat(129)}}`,
  'of levels without end': `{"$descartes":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  'with a tag of levels without end': `{"$descartes":{"$date":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
}

describe('a stored document', () => {
  test.each(Object.entries(BROKEN))('%s is corrupt', (_, text) => {
    expect(isRefused(sound, text)).toBe(true)
  })

  test('that is not JSON is corrupt', () => {
    for (const text of ['', ' ', '{', 'undefined', '[1,]', "{'a':1}", '{"a":1}x'])
      expect(isRefused(sound, text)).toBe(true)
  })

  test('that holds its tags deeper down is plain JSON, as it always was', () => {
    const text = '{"a":{"$descartes":{"$date":"1970-01-01T00:00:00.000Z"}},"$date":null}'
    expect(JSON.stringify(sound.decodeJson(text, 'c'))).toBe(text)
  })
})

/** True if the document is refused as it should be, naming the column. */
function isRefused(codec: Codec, text: string): boolean {
  try {
    codec.decodeJson(text, 'agent_states.state_data')
    return false
  } catch (error) {
    // Modules are loaded anew for copies of the codec, and with them their errors.
    expect(error).toMatchObject({ name: 'CorruptDataError', code: 'CORRUPT_DATA', column: 'agent_states.state_data' })
    expect((error as Error).cause).toBeInstanceOf(Error)
    if (codec === sound) expect(error).toBeInstanceOf(CorruptDataError)
    return true
  }
}

/** Refused, or the very value that is written as this document; else what is wrong. */
function faultOf(codec: Codec, text: string): string | undefined {
  if (isRefused(codec, text)) return undefined
  const value = codec.decodeJson(text, 'c')
  const document = JSON.parse(text)
  if (typeof document !== 'object' || document === null || !Object.hasOwn(document, '$descartes'))
    return differenceOf(value, document)
  const canonical = JSON.stringify(document.$descartes)
  const written = sound.encodeTagged(value, 'state', LIMIT)
  return written === canonical ? undefined : `${canonical} was read as what is written ${written}`
}

const TAGS = ['$date', '$bigint', '$number', '$undefined', '$regexp', '$url', '$bytes', '$map', '$set', '$', '$$', '$x']
const PIECES = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '$',
  '-',
  '0',
  '9',
  '=',
  'A',
  'e',
  '.',
  ' ',
  'null',
  'true',
  '\ud800',
]

/** JSON that looks as if it had tags. */
const { value: tagged } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    json,
    fc.constantFrom('NaN', '-0', '1970-01-01T00:00:00.000Z', 'aGk=', 'Uint8Array', '12', 'https://example.org/', 'gi'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.tuple(fc.constantFrom(...TAGS), tie('value')).map(([name, value]) => ({ [name]: value })),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
  ),
}))

const valid = fc
  .oneof(stateValue, scalar)
  .filter((value) => value !== undefined)
  .map((value) => sound.encodeJson(value, 'state', LIMIT))
/** A place in a text, as a share of its length. Not of fc.double, which is nearly always next to 0. */
const spot = fc.integer({ min: 0, max: 9_999 }).map((n) => n / 10_000)
const piece = fc.oneof(
  fc.constantFrom(...PIECES),
  fc.constantFrom(...TAGS.map((name) => `"${name}"`)),
  tagged.map((v) => `${JSON.stringify(v)}`),
)

/** Texts that were valid before something happened to them. */
const broken = fc.oneof(
  fc.tuple(valid, spot).map(([text, at]) => text.slice(0, at * text.length)),
  fc.tuple(valid, spot, fc.integer({ min: 1, max: 127 })).map(([text, at, bits]) => {
    const bytes = Buffer.from(text)
    const place = Math.floor(at * bytes.length)
    bytes[place] = (bytes[place] as number) ^ bits
    return bytes.toString()
  }),
  fc.tuple(valid, spot, piece, fc.nat({ max: 3 })).map(([text, at, given, removed]) => {
    const place = Math.floor(at * text.length)
    return text.slice(0, place) + given + text.slice(place + removed)
  }),
  fc
    .tuple(valid, fc.constantFrom(...TAGS), fc.constantFrom(...TAGS))
    .map(([text, from, to]) => text.replace(`"${from}"`, () => `"${to}"`)),
  fc.tuple(valid, valid, spot, spot).map(([a, b, at, from]) => a.slice(0, at * a.length) + b.slice(from * b.length)),
  tagged.map((value) => JSON.stringify({ $descartes: value })),
  fc.tuple(tagged, key, json).map(([value, name, more]) => JSON.stringify({ $descartes: value, [name]: more })),
  tagged.map((value) => JSON.stringify(value)),
)

const neverLies = (codec: Codec) =>
  fc.property(broken, (text) => {
    const fault = faultOf(codec, text)
    if (fault !== undefined) throw new Error(fault)
  })

describe('whatever happened to a document', () => {
  test('it is refused, or it is the value that is written so', () => {
    const seed = Date.now() % 2 ** 31
    console.info(`broken documents: seed ${seed}`)
    fc.assert(neverLies(sound), { numRuns: 20_000, seed })
  })

  test('many of the broken ones are read, and many are refused', () => {
    const outcomes = fc.sample(broken, 2_000).map((text) => (sound.isTagged(text) ? isRefused(sound, text) : undefined))
    for (const outcome of [true, false])
      expect(outcomes.filter((found) => found === outcome).length).toBeGreaterThan(200)
  })
})

type Tags = typeof import('../src/codec/tags.ts')
type Decoder = typeof import('../src/codec/decoder.ts')

const CARELESS: [name: string, module: string, plant: (sound: never) => object][] = [
  [
    'reads any text as a date',
    '../src/codec/tags.ts',
    (tags: Tags) => ({
      valueOfTag: (name: string, payload: never) =>
        name === '$date' ? new Date(payload) : tags.valueOfTag(name, payload),
    }),
  ],
  [
    'takes an unknown tag for an object',
    '../src/codec/tags.ts',
    (tags: Tags) => ({
      valueOfTag: (name: string, payload: never) =>
        TAGS.slice(0, 9).includes(name) ? tags.valueOfTag(name, payload) : { [name]: payload },
    }),
  ],
  [
    'reads broken base64',
    '../src/codec/tags.ts',
    (tags: Tags) => ({
      valueOfTag: (name: string, payload: never) =>
        name === '$bytes' ? decodeBytes(payload) : tags.valueOfTag(name, payload),
    }),
  ],
  [
    'gives null for what it cannot read',
    '../src/codec/decoder.ts',
    (decoder: Decoder) => ({
      readTagged: (node: never) => {
        try {
          return decoder.readTagged(node)
        } catch {
          return null
        }
      },
    }),
  ],
]

describe('control: the property catches a codec that', () => {
  test.each(CARELESS)('%s', async (_, module, plant) => {
    const careless = await copyWithFault(module, plant)
    expect(fc.check(neverLies(careless), { numRuns: 20_000 }).failed).toBe(true)
  })
})
