import { describe, expect, it, onTestFinished } from 'vitest'
import type { Engine } from '../src/engine.ts'
import { openEngine } from '../src/open-engine.ts'
import { query, statement } from '../src/operation.ts'
import { loadRevision, pruneRevisions, saveAgent } from '../src/operations.ts'
import { ByteReader } from '../src/revisions/byte-reader.ts'
import { agent } from './samples.ts'

interface Row {
  version: number
  base: number | null
  /** Bytes of the version's text. */
  size: number
  data: Buffer
}

const ROWS = statement<Row>('SELECT version, base_version AS base, size, data FROM agent_revisions')
const rowsOf = (engine: Engine) => engine.read(() => query(ROWS, []))

/** How many times its own text the dearest version reads: contents of its chain, and 64 bytes for each row. */
function dearest(rows: readonly Row[]): number {
  const byVersion = new Map(rows.map((row) => [row.version, row]))
  const costOf = ({ base, data }: Row): number =>
    64 + Math.floor(new ByteReader(data).varint() / 4) + (base === null ? 0 : costOf(byVersion.get(base) as Row))
  return Math.max(...rows.map((row) => costOf(row) / row.size))
}

/** Saves versions of which each changes some of 100 numbers; what they were. */
async function saveVersions(engine: Engine, seed: number): Promise<string[]> {
  let last = seed * 7919
  const random = () => {
    last = (Math.imul(last, 1664525) + 1013904223) >>> 0
    return last / 2 ** 32
  }
  const numbers = Array.from({ length: 100 }, random)
  const states: string[] = []
  for (let version = 1; version <= 200; version++) {
    for (let i = random() * random() * 12; i >= 0; i--) numbers[Math.floor(random() * 100)] = random()
    const stateData = JSON.stringify(numbers)
    states.push(stateData)
    await engine.write(() => saveAgent('default', agent('a', { stateData })))
  }
  return states
}

const RULE = { keepLast: undefined, olderThan: undefined, keepEvery: undefined }
const RULES = [{ keepEvery: 2, keepLast: 50 }, { keepEvery: 3 }, { keepEvery: 6, keepLast: 3 }, { keepEvery: 12 }]

describe('what is left after pruning', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'reads at most twice its text, prune after prune (seed %i)',
    async (seed) => {
      const engine = await openEngine({ url: ':memory:' })
      onTestFinished(() => engine.close())
      const states = await saveVersions(engine, seed)
      for (const rule of RULES) {
        while ((await engine.write(() => pruneRevisions('default', 'a', { ...RULE, ...rule }))).revisions > 0);
        const rows = await rowsOf(engine)
        expect(dearest(rows)).toBeLessThanOrEqual(2)
        for (const { version } of rows) {
          const loaded = await engine.read(() => loadRevision('default', 'a', version))
          expect(loaded?.stateData).toBe(states[version - 1])
        }
      }
    },
  )

  it('control: a chain that is too long is found', () => {
    const keyframe = { version: 1, base: null, size: 400, data: Buffer.from([0xc0, 0x0c]) }
    const delta = { version: 2, base: 1, size: 400, data: Buffer.from([0xa2, 0x0d]) }
    expect(dearest([keyframe])).toBe((400 + 64) / 400)
    expect(dearest([keyframe, delta])).toBe((400 + 64 + 424 + 64) / 400)
  })
})
