import { types } from 'node:util'
import type { StateValue } from '@descartes/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as sound from '../src/codec.ts'
import { type Codec, copyWithFault } from './faulty-codec.ts'
import { json, stateValue } from './json-arbitraries.ts'
import { differenceOf } from './same-value.ts'

const LIMIT = 1_000_000

/** What a value comes back as differently than it was, or what is wrong about its text; undefined when all is well. */
function faultOf(codec: Codec, value: StateValue): string | undefined {
  const text = codec.encodeJson(value, 'state', LIMIT)
  const fault = differenceOf(codec.decodeJson(text, 'c'), value)
  if (fault !== undefined) return fault
  if (codec.encodeJson(codec.decodeJson(text, 'c'), 'state', LIMIT) !== text) return 'the same value has two texts'
  const tagged = codec.encodeTagged(value, 'state', LIMIT)
  if (codec.isTagged(text) && text !== `{"$descartes":${tagged}}`) return 'the tagged text is another'
  // As jsonb does: white space, and keys in another order.
  return differenceOf(sorted(codec.decodeJson(JSON.stringify(resorted(JSON.parse(text)), null, 1), 'c')), sorted(value))
}

/** The same JSON with its keys in another order. */
function resorted(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(resorted)
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, value]) => [key, resorted(value)]))
}

/** The same value with its objects' keys in alphabetical order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [sorted(key), sorted(item)]))
  if (value instanceof Set) return new Set([...value].map(sorted))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  )
}

const comesBack = (codec: Codec) =>
  fc.property(stateValue, (value) => {
    // Undefined at the very top means that there is no value.
    fc.pre(value !== undefined)
    const fault = faultOf(codec, value)
    if (fault !== undefined) throw new Error(fault)
  })

describe('what the codec stores', () => {
  test('10,000 values of every kind come back the same', () => {
    const seed = Date.now() % 2 ** 31
    console.info(`round trips of 10,000 values: seed ${seed}`)
    fc.assert(comesBack(sound), { numRuns: 10_000, seed })
  })

  test('plain JSON is the text of JSON.stringify, and its tagged text is the same value', () => {
    const isPlain = fc.property(json, (value) => {
      const text = sound.encodeJson(value, 'state', LIMIT)
      if (text !== JSON.stringify(value)) expect(Object.keys(value as object)).toContain('$descartes')
      else {
        expect(sound.isTagged(text)).toBe(false)
        expect(sound.tag(text)).toBe(`{"$descartes":${sound.encodeTagged(value, 'state', LIMIT)}}`)
        expect(sound.isTagged(sound.tag(text))).toBe(true)
        expect(differenceOf(sound.decodeJson(sound.tag(text), 'c'), value)).toBeUndefined()
      }
    })
    fc.assert(isPlain, { numRuns: 2_000 })
  })
})

type Tags = typeof import('../src/codec/tags.ts')
type BytesModule = typeof import('../src/codec/bytes.ts')

/** Modules of the codec, each with a fault planted in its copy. */
const FAULTS: [name: string, module: string, plant: (sound: never) => object][] = [
  [
    'takes what is not plain for plain',
    '../src/codec/plain.ts',
    () => ({ isPlainJson: (value: unknown) => !(value instanceof Date) }),
  ],
  [
    'forgets the sign of zero',
    '../src/codec/tags.ts',
    (tags: Tags) => ({
      tagOfPrimitive: (value: bigint) => tags.tagOfPrimitive(Object.is(value, -0) ? Number.NaN : value),
    }),
  ],
  [
    'takes an invalid Date for 1970',
    '../src/codec/tags.ts',
    (tags: Tags) => ({
      tagOfObject: (value: object, refuse: never) =>
        tags.tagOfObject(types.isDate(value) && Number.isNaN(value.getTime()) ? new Date(0) : value, refuse),
    }),
  ],
  [
    'forgets where a RegExp stopped',
    '../src/codec/tags.ts',
    (tags: Tags) => ({
      tagOfObject: (value: object, refuse: never) =>
        tags.tagOfObject(types.isRegExp(value) ? new RegExp(value) : value, refuse),
    }),
  ],
  [
    'stores the whole memory of a view',
    '../src/codec/bytes.ts',
    (bytes: BytesModule) => ({
      encodeBytes: (value: Uint16Array | Uint8Array) =>
        bytes.encodeBytes(value instanceof Uint16Array ? new Uint16Array(value.buffer) : value),
    }),
  ],
  [
    'gives a Buffer back as a Uint8Array',
    '../src/codec/bytes.ts',
    (bytes: BytesModule) => ({
      decodeBytes: (payload: [string, string]) => {
        const value = bytes.decodeBytes(payload)
        return Buffer.isBuffer(value) ? new Uint8Array(value) : value
      },
    }),
  ],
  [
    'leaves keys escaped',
    '../src/codec/decoder.ts',
    (decoder: typeof import('../src/codec/decoder.ts')) => ({
      readTagged: (node: never) => decoder.readTagged(JSON.parse(JSON.stringify(node).replaceAll('"$$', () => '"$$$'))),
    }),
  ],
  [
    'does not escape keys',
    '../src/codec/encoder.ts',
    (encoder: typeof import('../src/codec/encoder.ts')) => ({
      Encoder: class extends encoder.Encoder {
        override encode(value: unknown) {
          return super.encode(value).replaceAll('"$$', '"$')
        }
      },
    }),
  ],
]

describe('control: the property catches a codec that', () => {
  test.each(FAULTS)('%s', async (_, module, plant) => {
    const faulty = await copyWithFault(module, plant)
    expect(fc.check(comesBack(faulty), { numRuns: 10_000 }).failed).toBe(true)
  })
})
