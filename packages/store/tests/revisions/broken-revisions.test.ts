import { constants, crc32, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CorruptDataError } from '../../src/errors.ts'
import { rebuildRevision } from '../../src/revisions/rebuild-revision.ts'
import { writeVarint } from '../../src/revisions/varint.ts'
import { damage, type Stored } from './damage.ts'
import { jsonHistory } from './edits.ts'
import { deltaOf, keyframeOf } from './hand-made.ts'
import { chainOf, quiet, saveAll } from './history.ts'
import { readPlainly } from './reference-reader.ts'

type Rebuild = typeof rebuildRevision

/** Long enough that keyframe and delta are compressed. */
const prose = Array.from({ length: 400 }, (_, i) => `sentence ${(i * 7919) % 1000} of the agent's notes. `)
const compressed = [prose.slice(0, 300).join(''), prose.join('')].map((text) => Buffer.from(text))

const histories = fc.oneof(
  jsonHistory,
  jsonHistory.map((texts) =>
    quiet([...compressed, ...texts.slice(0, 5).map((text) => Buffer.concat([...compressed, text]))]),
  ),
)

/** What is read of broken data is the right text, or a refusal with its code; never another text, never another error. */
function neverLies(rebuild: Rebuild) {
  return fc.property(
    histories,
    fc.nat(),
    fc.array(damage, { minLength: 20, maxLength: 20 }),
    (texts, newest, damages) => {
      const history = saveAll(texts)
      const version = newest % history.length
      const { text, checksum } = history[version] as (typeof history)[number]
      const stored: Stored = { chain: chainOf(history, version), checksum, size: text.length }
      for (const { chain, checksum, size } of damages.map(({ apply }) => apply(stored))) {
        let read: Buffer
        try {
          read = rebuild(chain, checksum, size)
        } catch (error) {
          if (error instanceof CorruptDataError && error.column === 'agent_revisions.data') continue
          throw error
        }
        if (!read.equals(text)) throw new Error('another text')
      }
    },
  )
}

const refuses = (chain: Buffer[], checksum: number, size: number, why: string) =>
  expect(() => rebuildRevision(chain, checksum, size)).toThrow(
    expect.objectContaining({ code: 'CORRUPT_DATA', message: expect.stringContaining(why) }),
  )

describe('a broken revision', () => {
  it('is refused with CORRUPT_DATA, or still gives the right text', () => {
    fc.assert(neverLies(rebuildRevision), { numRuns: 300 })
  })

  it.each<[string, Rebuild]>([
    ['a reader that does not look at the checksum', (chain, _, size) => rebuildRevision(chain, crcOf(chain), size)],
    ['a reader that lets errors of zlib through', (chain) => readPlainly(chain)],
  ])('control: %s is found out', (_, rebuild) => {
    expect(fc.check(neverLies(rebuild), { numRuns: 200, endOnFailure: true }).failed).toBe(true)
  })

  const text = Buffer.from('{"step":1,"messages":["one","two"]}')
  const keyframe = keyframeOf(text)
  const checksum = crc32(text)

  it('has no keyframe', () => {
    refuses([], checksum, text.length, 'keyframe is missing')
    refuses([deltaOf(3, 0, 3, 0)], checksum, text.length, 'it is no keyframe')
    refuses([keyframe, keyframe], checksum, text.length, 'it is no delta')
  })

  it('copies from beyond the text before, or more than it says', () => {
    const { length } = text
    refuses([keyframe, deltaOf(length, 0, length, 2)], checksum, length, 'beyond the text')
    refuses([keyframe, deltaOf(length, 0, length, 1)], checksum, length, 'beyond the text')
    refuses([keyframe, deltaOf(length, 0, length + 1, 0)], checksum, length, 'beyond the text')
    refuses([keyframe, deltaOf(length, 9)], checksum, length, 'insertion is too long')
    refuses([keyframe, deltaOf(1, 2, Buffer.from('ab'))], checksum, 1, 'insertion is too long')
    refuses([keyframe, deltaOf(length, 0, 0, 0)], checksum, length, 'does nothing')
    refuses([keyframe, deltaOf(length, 0, length, 0, 7)], checksum, length, 'left over')
  })

  it('is not of the length that it had', () => {
    const { length } = text
    refuses([keyframe], checksum, length + 1, 'another length')
    refuses([keyframe, deltaOf(length, 0, length, 0)], checksum, length + 1, 'another length')
  })

  it('claims a length that cannot be', () => {
    const claim = Buffer.alloc(20)
    refuses([claim.subarray(0, writeVarint(claim, 0, 2 ** 48))], checksum, text.length, 'its length is wrong')
    refuses([claim.subarray(0, writeVarint(claim, 0, 2 ** 48 + 1) + 5)], checksum, text.length, 'its length is wrong')
    refuses([claim.subarray(0, writeVarint(claim, 0, 4 * 100_000_000 + 1) + 5)], checksum, 100_000_000, 'its length is')
    refuses([Buffer.from([...Buffer.alloc(7, 0xff), 0x7f])], checksum, text.length, 'out of range')
    refuses([Buffer.alloc(12, 0xff)], checksum, text.length, 'out of range')
    refuses([Buffer.alloc(0)], checksum, text.length, 'cut short')
  })

  it('would inflate to more than it says, or to less', () => {
    const flushed = deflateRawSync(Buffer.alloc(10_000_000), { finishFlush: constants.Z_SYNC_FLUSH })
    const cases = [
      [1_000, 'cannot be inflated'],
      [9_999_999, 'cannot be inflated'],
      [10_000_001, 'inflates to another length'],
    ] as const
    for (const [says, why] of cases) {
      const bomb = Buffer.alloc(flushed.length + 8)
      const start = writeVarint(bomb, 0, says * 4 + 1)
      const end = start + flushed.copy(bomb, start, 0, flushed.length - 4)
      refuses([bomb.subarray(0, end)], checksum, says, why)
    }
  })

  it('would double its text in every delta', () => {
    const chain = [keyframe]
    let size = text.length
    for (let i = 0; i < 200; i++) {
      const before = Math.min(size, 2 ** 45)
      size = before * 2
      chain.push(deltaOf(size, 0, before, 0, 0, before, 2 * before - 1))
    }
    refuses(chain, checksum, size, 'longer than that of any delta')
    refuses(chain.slice(0, 18), checksum, text.length, 'another length')
  })
})

/** The checksum of whatever is read. */
function crcOf(chain: readonly Buffer[]): number {
  try {
    return crc32(readPlainly(chain))
  } catch {
    return 0
  }
}
