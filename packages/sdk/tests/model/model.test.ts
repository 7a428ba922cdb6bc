import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { Databases, seen } from './real.ts'
import { followsTheModel } from './sequences.ts'

/** Other sequences: MODEL_SEED=7. More or fewer of them: MODEL_RUNS=100, of which an eighth are on files: they take as much time as the others. */
const seed = Number(process.env.MODEL_SEED ?? 20261123)
const runs = Number(process.env.MODEL_RUNS ?? 2000)
const onFiles = Math.ceil(runs / 8)

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'descartes-model-'))
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

/** What must have happened, for the sequences to have tested it. */
const KINDS = [
  'first keyframes',
  'later keyframes',
  'keyframes that are compressed',
  'deltas',
  'deltas that lead back',
  'forks that rest on their parent',
  'forks freed by a purge',
  'pruned versions',
  'a base pruned',
  'rebased: a delta against an older version',
  'rebased: made whole',
  'reopened',
]

describe('any sequence of saves, restores, forks, prunes and erasures leaves what a plain copy in memory holds', () => {
  it.each([
    ['in memory', runs - onFiles, undefined],
    ['in a file that is closed and opened again', onFiles, folder],
  ])('%s (%i sequences)', { timeout: 600_000 }, async (_, numRuns, place) => {
    console.info(`${numRuns} sequences, MODEL_SEED=${seed}`)
    const databases = new Databases(place)
    try {
      await fc.assert(followsTheModel(databases), { numRuns, seed })
    } finally {
      await databases.close()
    }
  })

  it('and has gone through every kind of revision and of removal', () => {
    console.info(Object.fromEntries([...seen].sort()))
    expect(KINDS.filter((kind) => (seen.get(kind) ?? 0) < runs / 100)).toEqual([])
  })
})
