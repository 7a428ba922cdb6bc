import { InvalidInputError, openStateStore, type StateStore, StateStoreError } from '@descartes/sdk'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectInvalidInput } from './expect-refused.ts'

let store: StateStore

const EVENT = { eventType: 't', sessionId: 's', actorType: 'user', actorId: 'u' } as const
const CONTENTS = [
  'foo OR bar',
  'NEAR(a b)',
  'col:x',
  'c++ and c#',
  'it\'s "quoted"',
  '-x ^y *',
  '日本語 text',
  'naïve café',
]

beforeAll(async () => {
  store = await openStateStore({ url: ':memory:' })
  await store.saveEvents(CONTENTS.map((content) => ({ ...EVENT, content })))
})

afterAll(() => store.close())

test('whatever is put in the place of a cursor is refused, or is the cursor', async () => {
  const { nextCursor } = await store.getEvents('s', { limit: 2 })
  const cursor = nextCursor as string
  const edit = fc.tuple(fc.nat(cursor.length), fc.nat(2), fc.string({ maxLength: 2 }))
  const edited = edit.map(([at, cut, text]) => cursor.slice(0, at) + text + cursor.slice(at + cut))
  const base64 = fc.string().map((text) => Buffer.from(text).toString('base64url'))
  const refused = fc.asyncProperty(fc.oneof(edited, base64, fc.string({ unit: 'binary' })), async (value) => {
    fc.pre(value !== cursor)
    for (const list of [store.getEvents('s', { cursor: value }), store.searchEvents('c', { cursor: value })]) {
      expectInvalidInput(await list.catch((error: unknown) => error), 'cursor')
    }
  })
  await fc.assert(refused, { numRuns: 500 })
  expect((await store.getEvents('s', { cursor })).items).toHaveLength(CONTENTS.length - 2)
})

test('cursors of another type are refused', async () => {
  for (const value of [null, 7, true, {}, [], Symbol('x'), 'x'.repeat(1_000_000)]) {
    expectInvalidInput(await store.listAgents({ cursor: value as never }).catch((error: unknown) => error), 'cursor')
  }
})

test('any text finds hits or none, or is refused as bad input; the driver is never heard', async () => {
  const syntax = fc.constantFrom(
    '"',
    "'",
    '(',
    ')',
    'OR',
    'AND',
    'NOT',
    'NEAR(',
    'NEAR/2',
    '^',
    '*',
    '-',
    '+',
    ':',
    '{',
    '}',
  )
  const part = fc.oneof(
    syntax,
    fc.constantFrom('foo', 'content', 'c++', '--', ';', '\\', '%', '\n'),
    fc.string({ unit: 'binary' }),
  )
  const anything = fc.array(part, { maxLength: 12 }).chain((parts) => fc.constantFrom(parts.join(''), parts.join(' ')))
  const harmless = fc.asyncProperty(anything, async (query) => {
    try {
      const { items } = await store.searchEvents(query)
      for (const hit of items) expect(CONTENTS).toContain(hit.event.content)
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidInputError)
      expect((error as InvalidInputError).path).toBe('query')
    }
  })
  await fc.assert(harmless, { numRuns: 2000 })
})

test('every text that is an event finds that event, unless it holds no word', async () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  const found = fc.asyncProperty(text, async (content) => {
    const { id } = await store.saveEvent({ ...EVENT, sessionId: 'found', content })
    const hits = await store.searchEvents(content, { sessionId: 'found', limit: 1000 }).catch((error: unknown) => {
      if (error instanceof StateStoreError && content.trim() === '') return undefined
      throw error
    })
    if (hits === undefined || !/[a-z0-9]/i.test(content)) return
    expect(hits.items.map((hit) => hit.event.id)).toContain(id)
  })
  await fc.assert(found, { numRuns: 300 })
})

test('nested parentheses by the thousand are refused, or find nothing', async () => {
  expectInvalidInput(await store.searchEvents('('.repeat(5000)).catch((error: unknown) => error), 'query')
  expect((await store.searchEvents(`${'('.repeat(511)}${')'.repeat(511)}`)).items).toEqual([])
})
