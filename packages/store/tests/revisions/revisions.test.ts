import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byteHistory } from './byte-histories.ts'
import { jsonHistory, type State, save, textsOf } from './edits.ts'
import { CODEC, type Codec, read, saveAll } from './history.ts'
import { readPlainly } from './reference-reader.ts'

/** Every version of a history comes back, byte by byte. */
function comesBack(histories: fc.Arbitrary<Buffer[]>, codec: Codec = CODEC) {
  return fc.property(histories, (texts) => {
    const history = saveAll(texts, codec)
    for (const [version, text] of texts.entries()) {
      if (!read(history, version, codec).equals(text)) throw new Error(`version ${version} is another text`)
    }
  })
}

/** A state of some 60 KB, which is searched in another way than a small one. */
const longState: State = {
  step: 1,
  plan: { goal: 'g'.repeat(300), budget: { tokens: 1, model: 'large' } },
  messages: Array.from({ length: 400 }, (_, i) => ({
    role: i % 2 === 0 ? 'user' : 'assistant',
    content: Array.from({ length: 20 }, (_, j) => ((i * 7919 + j * 104_729) % 65_521).toString(36)).join(' '),
    id: i,
  })),
}
const longHistory = fc.array(save, { minLength: 5, maxLength: 15 }).map((saves) => textsOf(longState, saves))

describe('a history of revisions', () => {
  it('gives back every version of an agent', () => {
    fc.assert(comesBack(jsonHistory), { numRuns: 400 })
  })

  it('gives back every version of a long state', () => {
    fc.assert(comesBack(longHistory), { numRuns: 60 })
  })

  it('gives back any bytes: cut characters, nothing at all, endless repetition', () => {
    fc.assert(comesBack(byteHistory), { numRuns: 500 })
  })

  it('gives back a long text that repeats itself, in little time', () => {
    const element = (i: number, every: number) => `{"done":${i % every === 0},"note":"nothing"},`
    const repeated = (every: number) =>
      Buffer.from(Array.from({ length: 50_000 }, (_, i) => element(i, every)).join(''))
    const texts = [
      repeated(50_000),
      repeated(9),
      repeated(7),
      Buffer.alloc(2_000_000, 'ab'),
      Buffer.alloc(2_000_001, 'b'),
    ]
    const history = saveAll(texts)
    expect(texts.map((text, version) => read(history, version).equals(text))).not.toContain(false)
  })

  describe('control: a planted fault is found', () => {
    it.each<[string, Partial<Codec>]>([
      ['a chain that forgets its newest row', { rebuild: (chain) => readPlainly(chain.slice(0, -1)) }],
      ['a text without its last byte', { rebuild: (chain) => readPlainly(chain).subarray(0, -1) }],
      ['a delta against another text', { encode: (text, before) => CODEC.encode(text, before && { ...before, text }) }],
      [
        'a long text that is never compared beyond its first part',
        { encode: (text, before) => CODEC.encode(text.subarray(0, 2000), before) },
      ],
    ])('%s', (_, fault) => {
      const { failed } = fc.check(comesBack(jsonHistory, { ...CODEC, ...fault }), { numRuns: 50, endOnFailure: true })
      expect(failed).toBe(true)
    })
  })
})
