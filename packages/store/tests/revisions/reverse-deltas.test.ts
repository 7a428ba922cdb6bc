import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeRevision } from '../../src/revisions/encode-revision.ts'
import { encodeUnchanged } from '../../src/revisions/encode-unchanged.ts'
import { rebuildFrom } from '../../src/revisions/rebuild-revision.ts'
import { byteHistory } from './byte-histories.ts'
import { jsonHistory } from './edits.ts'
import { saveAll } from './history.ts'

/** In front of each text, so that it is long enough to be read from its end. */
const ARCHIVE = Buffer.from(JSON.stringify(Array.from({ length: 1000 }, (_, i) => (i * 7919).toString(36))))

const histories = fc.oneof(jsonHistory, byteHistory).map((texts) => texts.map((text) => Buffer.concat([ARCHIVE, text])))

type Rebuild = typeof rebuildFrom

/** From the newest text, every version down to the first that does not lead back, at once. */
function leadsBack(rebuild: Rebuild, counts = { versions: 0 }) {
  return fc.property(histories, (texts) => {
    const history = saveAll(texts)
    const newest = texts.at(-1) as Buffer
    const back: Buffer[] = []
    for (let version = history.length - 1; history[version]?.reverse; version--) {
      back.push(history[version]?.reverse as Buffer)
      const before = texts[version - 1] as Buffer
      counts.versions++
      if (!rebuild(newest, back, crc32(before), before.length).equals(before))
        throw new Error(`version ${version - 1} is another text`)
    }
  })
}

const encodeAfter = (before: Buffer, text: Buffer) =>
  encodeRevision(text, { text: before, chainBytes: before.length + 64 })

describe('a reverse delta', () => {
  it('leads back to the text before, alone and with those of the versions in between', () => {
    const counts = { versions: 0 }
    fc.assert(leadsBack(rebuildFrom, counts), { numRuns: 300 })
    expect(counts.versions).toBeGreaterThan(1000)
  })

  it('control: one that is left out is noticed', () => {
    const forgetful: Rebuild = (base, deltas, checksum, size) => rebuildFrom(base, deltas.slice(1), checksum, size)
    expect(fc.check(leadsBack(forgetful), { numRuns: 50, endOnFailure: true }).failed).toBe(true)
  })

  it('takes a few bytes where a text was appended to, and what was replaced where it was changed', () => {
    const longer = Buffer.concat([ARCHIVE, Buffer.alloc(900, 'more ')])
    expect(encodeAfter(ARCHIVE, longer).reverse?.length).toBeLessThan(10)
    expect(
      encodeUnchanged(ARCHIVE.length, { chainBytes: ARCHIVE.length + 64, checksum: 1 })?.reverse?.length,
    ).toBeLessThan(10)
    const step = (step: string) => Buffer.concat([Buffer.from(`{"step":${step},"archive":`), ARCHIVE])
    const { reverse } = encodeAfter(step('"the first"'), step('2'))
    expect(reverse?.length).toBeLessThan(40)
    expect(reverse?.includes('"the first"')).toBe(true)
  })

  it('is not kept where it would not be small, or the text is short, or stored whole', () => {
    expect(encodeAfter(Buffer.concat([ARCHIVE, Buffer.alloc(900, 'more ')]), ARCHIVE).reverse).toBeNull()
    expect(encodeAfter(ARCHIVE.subarray(0, 2000), ARCHIVE.subarray(0, 2100))).toMatchObject({
      kind: 'delta',
      reverse: null,
    })
    expect(encodeRevision(ARCHIVE, undefined).reverse).toBeNull()
    expect(encodeUnchanged(1000, { chainBytes: 1064, checksum: 1 })?.reverse).toBeNull()
  })
})
