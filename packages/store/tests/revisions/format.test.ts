import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rebuildRevision } from '../../src/revisions/rebuild-revision.ts'
import { byteHistory } from './byte-histories.ts'
import { jsonHistory } from './edits.ts'
import { chainOf, saveAll } from './history.ts'
import { readPlainly } from './reference-reader.ts'

const notes = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `note ${(from + i) % 10}, naïve 東京. `).join('')

/** Rows as the first release wrote them: a compressed keyframe, a delta, a compressed delta. */
const STORED = [
  {
    text: `{"step":9,"notes":"${notes(0, 250)}"}`,
    checksum: 0x327c6438,
    data: 'adb401ecd43b0ac2401446e1ad0cb70ee25b93dd584c1b85041b7129ee40105b5bb722ae43b493739770aac09f2adf64ce2986b11ea26b9be8f7631da2fb3dcbb429fdee793bd6f2bedc5f8feba47c5f97593ecff37991cfcb7c5ee5f33a9f37f9bccde7369ffd4a1eb1674913ff589a782f69627d686263696263696263696263696263696263696263696263696263696263696263696263696263696263696263ff4ce2fc01',
  },
  {
    text: `{"step":10,"notes":"${notes(0, 250)}","done":true}`,
    checksum: 0xc868a90f,
    data: 'aa01982d0008000c31302c226e6f746573223a22ae17de1500c815c3270e222c22646f6e65223a747275657d',
  },
  {
    text: `{"step":10,"more":"${notes(250, 330)}","notes":"${notes(0, 250)}","done":true}`,
    checksum: 0xab1e0886,
    data: '933aba64cdc0c3b08b2f37bf2855c94a292fbf2455c14047212ff1f0fab254856773373ed9b5464f012c6c885dd808bbb031766113ecc2a6d885cdb00b9b6317b6c02e6c895d78d49798513c1a979861329a6231c364345f6286c968e9831926c3be8c55d251ead1650000',
  },
]

describe('the format of revisions', () => {
  it('never changes: what was stored once is read for ever', () => {
    const chain = STORED.map(({ data }) => Buffer.from(data, 'hex'))
    for (const [version, { text, checksum }] of STORED.entries()) {
      const read = rebuildRevision(chain.slice(0, version + 1), checksum, Buffer.byteLength(text))
      expect(read.toString()).toBe(text)
    }
  })

  it('is the one that is described: a reader that does it step by step reads the same', () => {
    fc.assert(
      fc.property(fc.oneof(jsonHistory, byteHistory), (texts) => {
        const chain = chainOf(saveAll(texts), texts.length - 1)
        expect(readPlainly(chain).equals(texts.at(-1) as Buffer)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('is the same for the same texts, whatever was saved in between', () => {
    fc.assert(
      fc.property(jsonHistory, jsonHistory, (texts, others) => {
        const first = saveAll(texts)
        saveAll(others)
        return saveAll(texts).every(({ data }, i) => first[i]?.data.equals(data))
      }),
      { numRuns: 30 },
    )
  })
})
