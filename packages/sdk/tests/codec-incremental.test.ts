import type { JsonValue } from '@descartes/sdk'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import * as sound from '../src/codec/incremental.ts'
import { isPlainJson } from '../src/codec/plain.ts'
import { json, stateValue } from './json-arbitraries.ts'
import { change, containerAt, copyOf, edit, largeJson } from './large-json.ts'

type Incremental = typeof sound

const LIMIT = 100_000_000
const { encodePlain } = sound

afterEach(() => vi.restoreAllMocks())

const encodesEachChange = ({ encodePlain }: Incremental) =>
  fc.property(largeJson, fc.array(edit, { minLength: 10, maxLength: 14 }), (start, edits) => {
    let value = start
    let before = encodePlain(value, LIMIT)
    const texts: [Buffer | undefined, Buffer][] = [[before?.text, Buffer.from(JSON.stringify(value))]]
    for (const made of edits) {
      value = change(value, made)
      const text = Buffer.from(JSON.stringify(value))
      const encoded = encodePlain(value, text.length, before)
      if (!encoded?.text.equals(text)) throw new Error(`${made.kind}: not the text of JSON.stringify`)
      if (encodePlain(value, text.length - 1, before) !== undefined) throw new Error('larger than the limit')
      texts.push([encoded.text, text])
      before = encoded
    }
    if (!texts.every(([encoded, text]) => encoded?.equals(text))) throw new Error('an older text was written to')
  })

describe('a value encoded after another', () => {
  test('is the text of JSON.stringify after each of many changes', () => {
    const seed = Date.now() % 2 ** 31
    console.info(`changes of large values: seed ${seed}`)
    fc.assert(encodesEachChange(sound), { numRuns: 150, seed })
  })

  test('is the text of JSON.stringify after any other value', () => {
    const isText = fc.property(fc.oneof(json, largeJson), fc.oneof(json, largeJson), (other, value) => {
      const encoded = encodePlain(value, LIMIT, encodePlain(other, LIMIT))
      expect(encoded?.text.toString()).toBe(JSON.stringify(value))
    })
    fc.assert(isText, { numRuns: 500 })
  })

  test('is refused where isPlainJson is false, whatever was before', () => {
    const agrees = fc.property(stateValue, largeJson, (value, other) => {
      const encoded = encodePlain(value, LIMIT, encodePlain([other, 1], LIMIT))
      expect(encoded !== undefined).toBe(isPlainJson(value, LIMIT))
    })
    fc.assert(agrees, { numRuns: 2_000 })
  })

  test.each<[string, number]>([
    ['holds the most levels', 128],
    ['holds one level more', 129],
  ])('%s: as isPlainJson says', (_, levels) => {
    const nested = (inner: JsonValue) =>
      Array.from({ length: levels - 1 }).reduce<JsonValue>((value, __, i) => (i % 2 ? [value] : { value }), inner)
    const before = encodePlain(nested('x'.repeat(10_000)), LIMIT)
    for (const inner of [[], {}, [1], ['x'.repeat(10_000)], Array.from({ length: 9_000 }, () => 'x')]) {
      expect(encodePlain(nested(inner), LIMIT, before)?.text.toString()).toBe(
        isPlainJson(nested(inner), LIMIT) ? JSON.stringify(nested(inner)) : undefined,
      )
      expect(isPlainJson(nested(inner), LIMIT)).toBe(levels === 128)
    }
  })

  test('is refused where an array has a hidden toJSON method', () => {
    const list = Array.from({ length: 1_000 }, (_, i) => i)
    const before = encodePlain({ list }, LIMIT)
    Object.defineProperty(list, 'toJSON', { value: () => 'other' })
    expect(encodePlain({ list }, LIMIT, before)).toBeUndefined()
    expect(encodePlain({ list }, LIMIT)).toBeUndefined()
  })

  test('is refused before it fills the memory', () => {
    let bomb: unknown = 'x'
    for (let i = 0; i < 100; i++) bomb = [bomb, bomb]
    expect(encodePlain(bomb, 1_000_000)).toBeUndefined()
    const long = 'x'.repeat(900_000)
    expect(encodePlain({ a: Array.from({ length: 100_000 }, () => long) }, 1_000_000)).toBeUndefined()
  })
})

/** What makes a value one that JSON would change, without a change of what JSON writes of it, or with one. */
const SPOILS: Record<string, (container: object) => void> = {
  'a symbol key': (container) => Object.assign(container, { [Symbol('x')]: 1 }),
  'a hidden symbol key': (container) => Object.defineProperty(container, Symbol('x'), { value: 1 }),
  'a class': (container) => Object.setPrototypeOf(container, class Point {}.prototype),
  'a key with a lone surrogate': (container) => Object.assign(container, { '\uDC00': 1 }),
  'a named property or a getter': (container) =>
    Object.defineProperty(container, 'name', {
      get: () => expect.fail('a getter was run'),
      enumerable: true,
    }),
  'a toJSON method': (container) => Object.assign(container, { toJSON: () => 1 }),
  'a hidden member': (container) => {
    const name = Object.keys(container)[0]
    if (name === undefined) Object.assign(container, { hidden: undefined })
    else Object.defineProperty(container, name, { enumerable: false })
  },
  'a hole, or no value': (container) =>
    Object.assign(container, Array.isArray(container) ? { length: 500 } : { a: undefined }),
  'negative zero for zero': (container) => Object.assign(container, { 0: -0 }),
  'a lone surrogate': (container) => Object.assign(container, { 0: '\uD800' }),
  'a Date': (container) => Object.assign(container, { 0: new Date(0) }),
  'a Proxy': (container) => {
    const [name, item] = Object.entries(container).find(([, item]) => Object(item) === item) ?? ['0', {}]
    Object.defineProperty(container, name, { value: new Proxy(item, TRAPS), enumerable: true })
  },
}
const TRAPS: ProxyHandler<object> = new Proxy({}, { get: () => expect.fail('a Proxy was asked') })

describe('a value that was plain when it was encoded before', () => {
  test.each(Object.entries(SPOILS))('is refused with %s in it', (_, spoil) => {
    const isRefused = fc.property(largeJson, edit, (inner, { way }) => {
      const value = [inner, { 0: 0, list: [0, copyOf(inner)] }]
      const before = encodePlain(value, LIMIT)
      expect(before).toBeDefined()
      spoil(containerAt(value, way) as object)
      expect(isPlainJson(value, LIMIT)).toBe(false)
      expect(encodePlain(value, LIMIT, before)).toBeUndefined()
    })
    fc.assert(isRefused, { numRuns: 100 })
  })
})

/** How many characters are written anew for a value after another. */
function writtenAnew(value: JsonValue, before: JsonValue): number {
  const old = encodePlain(before, LIMIT)
  const text = JSON.stringify(value)
  const stringify = vi.spyOn(JSON, 'stringify')
  const encoded = encodePlain(value, LIMIT, old)
  const written = stringify.mock.results.reduce((sum, { value }) => sum + value.length, 0)
  stringify.mockRestore()
  expect(encoded?.text.toString()).toBe(text)
  return written
}

describe('what is written anew', () => {
  const messages = Array.from({ length: 2_000 }, (_, i) => ({ role: 'user', content: `${i}: ${'word '.repeat(50)}` }))
  const long = messages.map(({ role }, i) => ({ role, id: i, blocks: messages.slice(i % 100, (i % 100) + 30) }))
  const numbers = Array.from({ length: 50_000 }, (_, i) => i / 7)
  const state = { counter: 9, messages, numbers }

  test.each<[string, JsonValue, JsonValue]>([
    ['two more messages', { messages: messages.concat(messages.slice(0, 2)) }, { messages }],
    ['a copy of the same', copyOf(state), state],
    ['a counter in front that is longer now', { ...state, counter: 10 }, state],
    ['a key in front', { first: true, ...state }, state],
    ['a message in front', { messages: [messages[7] as JsonValue, ...messages] }, { messages }],
    ['the oldest messages gone, and a new one', [...messages.slice(11), 'new'], messages],
    ['100 messages changed', [...Array(100).fill('new'), ...messages.slice(100)], messages],
    [
      '100 messages in the place of 50',
      [...messages.slice(0, 500), ...Array(100).fill('new'), ...messages.slice(550)],
      messages,
    ],
    ['a number changed', { ...state, numbers: numbers.with(25_000, 1) }, state],
    ['a number gone', { ...state, numbers: numbers.toSpliced(25_000, 1) }, state],
    ['a long message in front', [long[99] as JsonValue, ...long.slice(0, 50)], long.slice(0, 50)],
    ['a long message gone', long.slice(1, 50), long.slice(0, 50)],
    ['the start of a long message changed', long.with(5, { ...long[5], role: 'x' } as never), long],
  ])('is little for %s', (_, value, before) => {
    expect(writtenAnew(value, before)).toBeLessThan(20_000)
  })

  test('is little after a thousand small changes, and so is what is kept', () => {
    const value: JsonValue = { list: Array.from({ length: 3_000 }, (_, i) => i) }
    let before = encodePlain(value, LIMIT)
    const memory = before?.memory as number
    for (let i = 0; i < 1_000; i++) {
      value.list = (value.list as number[]).with((i * 7919) % 3_000, 10 ** (i % 15))
      before = encodePlain(value, LIMIT, before)
    }
    expect(before?.text.toString()).toBe(JSON.stringify(value))
    expect(before?.memory).toBeLessThan(2 * memory)
  })
})

type Shadow = typeof import('../src/codec/shadow.ts')
type PiecesModule = typeof import('../src/codec/pieces.ts')

/** Faults in a copy of a module, or in what it calls. */
const FAULTS: [name: string, module: string, plant: (sound: never) => object][] = [
  [
    'skips objects that are the same ones',
    '../src/codec/shadow.ts',
    (shadow: Shadow) => {
      const seen = new WeakMap<object, unknown[]>()
      const startsRun: Shadow['startsRun'] = (container, first, run) => {
        const members = Array.from({ length: run.count }, (_, i) => shadow.memberOf(container, first + i))
        const known = seen.get(run)
        if (members.every((member, i) => typeof member === 'object' && member === known?.[i])) return true
        seen.set(run, members)
        return shadow.startsRun(container, first, run)
      }
      return { startsRun }
    },
  ],
  [
    'takes any key for the same',
    '../src/codec/shadow.ts',
    (shadow: Shadow) => ({
      startsRun: (({ value, keys }, first, run) => {
        const isAlike = keys !== undefined && run.count === 1 && run.tokens.length === 2
        const members = { value, keys: isAlike ? keys.with(first, run.tokens[0] as string) : keys }
        return (
          shadow.startsRun(members, first, run) ||
          (isAlike && shadow.memberOf({ value, keys }, first) === run.tokens[1])
        )
      }) satisfies Shadow['startsRun'],
    }),
  ],
  [
    'copies one byte less now and then',
    '../src/codec/pieces.ts',
    ({ Pieces }: PiecesModule) => ({
      Pieces: class extends Pieces {
        override copy(from: number, to: number) {
          super.copy(from, to - (to - from > 4_200 ? 1 : 0))
        }
      },
    }),
  ],
  [
    'writes to the older text',
    '../src/codec/pieces.ts',
    ({ Pieces }: PiecesModule) => ({
      Pieces: class extends Pieces {
        constructor(readonly source: Buffer | undefined) {
          super(source)
        }
        override toBuffer() {
          const buffer = super.toBuffer()
          this.source?.fill(buffer[0] ?? 0, 0, 1)
          return buffer
        }
      },
    }),
  ],
]

async function copyWithFault(module: string, plant: (sound: never) => object): Promise<Incremental> {
  vi.resetModules()
  vi.doMock(module, async (original) => {
    const sound = await original<object>()
    return { ...sound, ...plant(sound as never) }
  })
  try {
    return await import('../src/codec/incremental.ts')
  } finally {
    vi.doUnmock(module)
  }
}

describe('control: the property catches an encoder that', () => {
  test.each(FAULTS)('%s', async (_, module, plant) => {
    const faulty = await copyWithFault(module, plant)
    expect(fc.check(encodesEachChange(faulty), { numRuns: 1_000, endOnFailure: true }).failed).toBe(true)
  })

  test('counts characters for bytes', () => {
    vi.spyOn(Buffer, 'byteLength').mockImplementation((text) => (text as string).length)
    expect(fc.check(encodesEachChange(sound), { numRuns: 1_000, endOnFailure: true }).failed).toBe(true)
  })
})
