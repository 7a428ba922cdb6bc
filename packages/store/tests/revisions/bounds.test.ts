import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byteHistory } from './byte-histories.ts'
import { jsonHistory } from './edits.ts'
import { bytesOf, CODEC, type Codec, chainOf, saveAll } from './history.ts'

/** Reading goes through at most twice the text, in rows of 64 bytes and more; no row is dearer than the whole text. */
function withinBounds(histories: fc.Arbitrary<Buffer[]>, codec: Codec = CODEC) {
  return fc.property(histories, (texts) => {
    const history = saveAll(texts, codec)
    for (const [version, { data, text, kind, chainBytes }] of history.entries()) {
      const chain = chainOf(history, version)
      // A keyframe is the text and the bytes in front of it.
      if (data.length > text.length + 4) throw new Error('a row is longer than the text')
      if (kind === 'keyframe') continue
      if (bytesOf(chain) + 64 * chain.length > 2 * text.length + 4 * chain.length)
        throw new Error('the chain is too long')
      if (chainBytes > 2 * text.length) throw new Error('more than twice the text is read')
    }
  })
}

/** What a history of a text that grows by such parts stores, for each byte that was appended. */
function storedPerByte(parts: readonly string[], codec: Codec = CODEC): number {
  const whole = Buffer.from(parts.join(''))
  let length = 0
  const texts: Buffer[] = []
  for (const part of parts) {
    length += Buffer.byteLength(part)
    texts.push(whole.subarray(0, length))
  }
  return bytesOf(saveAll(texts, codec).map(({ data }) => data)) / whole.length
}

const message = (i: number) =>
  JSON.stringify({ role: 'user', content: `${i}: ${(i * 7919).toString(36).repeat(1 + (i % 40))}` })
const conversation = Array.from({ length: 400 }, (_, i) => message(i))

const keyframesOnly: Codec = { ...CODEC, encode: (text) => CODEC.encode(text, undefined) }
const deltasForever: Codec = {
  ...CODEC,
  encode: (text, before) => CODEC.encode(text, before && { ...before, chainBytes: 0 }),
}

describe('the cost of a history', () => {
  it('keeps within its bounds, whatever is saved', () => {
    fc.assert(withinBounds(jsonHistory), { numRuns: 300 })
    fc.assert(withinBounds(byteHistory), { numRuns: 300 })
  })

  it('is at most three bytes for each one that is appended', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 40, maxLength: 400 }), { minLength: 100, maxLength: 200 }),
        (parts) => {
          expect(storedPerByte(parts)).toBeLessThan(3)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('is hardly more than what is appended, and one keyframe, when each part is of some length', () => {
    expect(storedPerByte(conversation)).toBeLessThan(1.1)
  })

  it('is that of the changes, when they are in several places', () => {
    const texts = Array.from({ length: 50 }, (_, i) => {
      const [first, second] = [conversation.slice(0, 100), conversation.slice(100, 101 + i)]
      return Buffer.from(JSON.stringify({ step: i, first, usage: { tokens: i * 317 }, second, done: i % 3 === 0 }))
    })
    const [, ...deltas] = saveAll(texts)
    for (const [i, { kind, data }] of deltas.entries()) {
      expect(kind).toBe('delta')
      expect(data.length).toBeLessThan(message(101 + i).length * 1.2 + 60)
    }
  })

  it.each<[string, (list: string[]) => string[]]>([
    ['removed', (list) => list.toSpliced(70, 30)],
    ['inserted', (list) => list.toSpliced(70, 0, '"new"')],
    ['moved', (list) => [...list.slice(200, 230), ...list.slice(0, 200), ...list.slice(230)]],
    ['turned around in two blocks', (list) => [...list.slice(200), ...list.slice(0, 200)]],
  ])('is small when elements of a list are %s', (_, change) => {
    const list = conversation.map((text) => JSON.stringify(text))
    const [, changed] = saveAll([list, change(list)].map((elements) => Buffer.from(`[${elements.join()}]`)))
    expect(changed?.data.length).toBeLessThan(60)
  })

  it('is that of the text, when it cannot be compressed', () => {
    let random = 1
    const text = Buffer.from(
      Array.from({ length: 20_000 }, () => {
        random = (random * 48_271) % 0x7fff_ffff
        return random >> 8
      }),
    )
    const [whole, added] = saveAll([text.subarray(0, 15_000), text])
    expect(whole?.data.length).toBe(15_003)
    expect(added?.data.length).toBeLessThan(5_020)
  })

  it('is a few bytes when nothing has changed', () => {
    const text = Buffer.from(conversation.join())
    expect(saveAll([text, text])[1]?.data.length).toBeLessThan(12)
  })

  it('control: keyframes alone, or deltas without end, are out of bounds', () => {
    expect(storedPerByte(conversation, keyframesOnly)).toBeGreaterThan(3)
    expect(fc.check(withinBounds(jsonHistory, deltasForever), { numRuns: 50, endOnFailure: true }).failed).toBe(true)
  })
})
