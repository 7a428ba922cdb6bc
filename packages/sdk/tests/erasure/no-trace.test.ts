import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { StateStore } from '@descartes/sdk'
import { type Engine, openEngine, purgeAgent, query, RecentlyUsed, statement } from '@descartes/store'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DEFAULT_LIMITS } from '../../src/limits.ts'
import { StoreHandle } from '../../src/store-handle.ts'
import { everythingOf, FORK, GUEST, live, OTHERS, randomFrom, rememberHistory } from './lives.ts'
import { makeOldFile } from './old-file.ts'
import { Secrets } from './secrets.ts'

const STEPS = 120

interface Life {
  file: string
  engine: Engine
  store: StateStore
  secrets: Secrets
}

/** A database in which several agents have lived, the guest among them. */
async function afterALife(seed: number, old: boolean): Promise<Life> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'descartes-erasure-'))
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }))
  const file = path.join(folder, 'state.db')
  const random = randomFrom(seed)
  const secrets = new Secrets()
  if (old) makeOldFile(file, secrets, random)
  let { engine, store } = await open(file)
  for (let step = 0; step < STEPS; step++) {
    await live(store, secrets, random)
    await rememberHistory(engine, secrets)
    if (random(30) > 0) continue
    await store.close()
    ;({ engine, store } = await open(file))
  }
  return { file, engine, store, secrets }
}

async function open(file: string, busyTimeoutMs = 5000): Promise<Pick<Life, 'engine' | 'store'>> {
  const engine = await openEngine({ url: `file:${file}`, durability: 'normal', busyTimeoutMs })
  onTestFinished(() => engine.close())
  const bound = {
    executor: engine,
    isInTransaction: false,
    namespace: 'default',
    limits: DEFAULT_LIMITS,
    remembered: new RecentlyUsed<never>(0),
  }
  return { engine, store: new StoreHandle(engine, { ...bound, schema: undefined, schemaVersion: 1, upcasters: {} }) }
}

describe.each([
  ['a new file', false],
  ['a file from before revisions', true],
])('of an agent that was erased from %s', (_, old) => {
  it.each(Array.from({ length: 12 }, (_, i) => i + 1))('no byte is left, after life %i', async (seed) => {
    const { file, store, secrets } = await afterALife(seed, old)
    const others = await everythingOf(store, OTHERS)
    expect(secrets.count).toBeGreaterThan(100)
    expect(secrets.findIn(file)).not.toEqual([])
    for (const agentId of seed % 2 === 0 ? [GUEST, FORK] : [FORK, GUEST]) await store.purgeAgent(agentId)
    expect(secrets.findIn(file)).toEqual([])
    expect(await everythingOf(store, OTHERS)).toEqual(others)
    await store.close()
    expect(secrets.findIn(file)).toEqual([])
  })
})

it('while another process reads, an erasure says that it is not done; called again, it is', async () => {
  const { file, store, secrets } = await afterALife(3, false)
  await store.close()
  const { store: impatient } = await open(file, 30)
  const reader = new Database(file)
  onTestFinished(() => void reader.close())
  reader.exec('BEGIN; SELECT * FROM agent_states')
  await expect(impatient.purgeAgent(GUEST)).rejects.toMatchObject({ code: 'STORE_BUSY', retryable: true })
  expect(await impatient.loadAgentState(GUEST)).toBeNull()
  expect(secrets.findIn(file)).not.toEqual([])
  reader.exec('COMMIT')
  for (const agentId of [GUEST, FORK]) await impatient.purgeAgent(agentId)
  expect(secrets.findIn(file)).toEqual([])
})

async function removeAllRows(engine: Engine): Promise<void> {
  for (const agentId of [GUEST, FORK]) while ((await engine.write(() => purgeAgent('default', agentId))) !== undefined);
}

describe('control: the search finds what is left', () => {
  it('when the rows are gone, but not from the log: words, and compressed revisions', async () => {
    const { file, engine, secrets } = await afterALife(1, false)
    await removeAllRows(engine)
    const found = secrets.findIn(file)
    expect(found).toContainEqual(expect.stringMatching(/^the word .* in the file-wal$/))
    expect(found).toContain('a piece of a revision in the file-wal')
  })

  it('without secure_delete, though the log is empty and the room given back', async () => {
    const { file, engine, secrets } = await afterALife(1, false)
    await engine.read(() => query(statement('PRAGMA secure_delete = OFF'), []))
    await removeAllRows(engine)
    await engine.reclaim()
    expect(secrets.findIn(file)).toContainEqual(expect.stringMatching(/ in the file$/))
  })

  it('with secure_delete, where SQLite has moved rows, and in the search index', async () => {
    const { file, engine, secrets } = await afterALife(2, false)
    await removeAllRows(engine)
    await engine.reclaim()
    expect(secrets.findIn(file)).not.toEqual([])
    await engine.scrub()
    expect(secrets.findIn(file)).toEqual([])
  })
})
