import { describe, expect, it, onTestFinished } from 'vitest'
import type { Engine } from '../src/engine.ts'
import { openEngine } from '../src/open-engine.ts'
import {
  createSnapshot,
  deleteSnapshot,
  forkAgent,
  listRevisions,
  loadRevision,
  type PruneRule,
  pruneRevisions,
  saveAgent,
} from '../src/operations.ts'
import { agent } from './samples.ts'

/** Two gaps of more than one batch, if every 220th stays; and one more, for the newest is not read from its chain. */
const VERSIONS = 441
const NO_RULE = { keepLast: undefined, olderThan: undefined, keepEvery: undefined }

// So long that all versions may be one chain.
const text = 'All that an agent knows and does not need to say again. '.repeat(800)
const stateOf = (version: number) => JSON.stringify({ version, text })

async function saveVersions(engine: Engine, from: number, to: number): Promise<void> {
  for (let version = from; version <= to; version++)
    await engine.write(() => saveAgent('default', agent('a', { stateData: stateOf(version) })))
}

const pruneOnce = (engine: Engine, rule: Partial<PruneRule>) =>
  engine.write(() => pruneRevisions('default', 'a', { ...NO_RULE, ...rule }))

async function pruneAll(engine: Engine, rule: Partial<PruneRule>): Promise<void> {
  while ((await pruneOnce(engine, rule)).revisions > 0);
}

/** Every version that is listed is read, and is what was saved. */
async function expectReadable(engine: Engine): Promise<number[]> {
  const listed = await engine.read(() =>
    listRevisions('default', { agentId: 'a', before: Number.MAX_SAFE_INTEGER, limit: VERSIONS }),
  )
  for (const { version } of listed) {
    const loaded = await engine.read(() => loadRevision('default', 'a', version))
    expect(loaded?.stateData).toBe(stateOf(version))
  }
  return listed.map(({ version }) => version)
}

describe('a prune that was cut short', () => {
  it('may be followed by one with other rules', async () => {
    const engine = await openEngine({ url: ':memory:' })
    onTestFinished(() => engine.close())
    await saveVersions(engine, 1, VERSIONS)
    // The versions from 221 to 439 go in two writes, and the second is not run. Then 220 goes, and 230 stays.
    for (const revisions of [200, 219]) expect(await pruneOnce(engine, { keepEvery: 220 })).toMatchObject({ revisions })
    await expectReadable(engine)
    await pruneAll(engine, { keepEvery: 230, keepLast: 2 })
    expect(await expectReadable(engine)).toEqual([441, 440, 230])
  })

  it('may be followed by a fork of what is left, and by the end of a pin', async () => {
    const engine = await openEngine({ url: ':memory:' })
    onTestFinished(() => engine.close())
    await saveVersions(engine, 1, 1)
    await engine.write(() => createSnapshot('default', { id: 'pin', agentId: 'a', description: null, expiresAt: null }))
    await saveVersions(engine, 2, VERSIONS)
    expect(await pruneOnce(engine, { keepLast: 2 })).toMatchObject({ revisions: 200 })
    const fork = { parentAgentId: 'a', version: 100, agentId: 'fork', schemaVersion: 1 }
    await engine.write(() => forkAgent('default', fork))
    await engine.write(() => deleteSnapshot('default', 'pin'))
    await pruneAll(engine, { keepLast: 2 })
    expect(await expectReadable(engine)).toEqual([441, 440, 100])
  })
})
