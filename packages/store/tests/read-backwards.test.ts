import { describe, expect, it, onTestFinished } from 'vitest'
import { openEngine } from '../src/open-engine.ts'
import { execute, statement } from '../src/operation.ts'
import { loadRevision, pruneRevisions, saveAgent, updateAgentStatus } from '../src/operations.ts'
import type { SqliteEngine } from '../src/sqlite/sqlite-engine.ts'
import { agent } from './samples.ts'

const VERSIONS = 40
const LINES = Array.from({ length: 900 }, (_, i) => `line ${(i * 7919).toString(36)}`)
/** A counter at the front, and a list that grows. */
const stateOf = (version: number) => JSON.stringify({ step: version, lines: LINES.slice(0, 800 + version) })

async function withVersions(): Promise<SqliteEngine> {
  const engine = (await openEngine({ url: ':memory:' })) as SqliteEngine
  onTestFinished(() => engine.close())
  for (let version = 1; version <= VERSIONS; version++)
    await engine.write(() => saveAgent('default', agent('a', { stateData: stateOf(version) })))
  return engine
}

const load = async (engine: SqliteEngine, version: number) =>
  (await engine.read(() => loadRevision('default', 'a', version)))?.stateData

const change = (engine: SqliteEngine, sql: string) => engine.write(() => execute(statement(sql), []))

const states = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => stateOf(from + i))
const loadAll = (engine: SqliteEngine, from: number, to: number) =>
  Promise.all(Array.from({ length: to - from + 1 }, (_, i) => load(engine, from + i)))

/** Whoever needs these rows from a version down is told that they are broken. */
const BREAK_CHAIN = `UPDATE agent_revisions SET data = x'00' WHERE version <= 5`
const BREAK_REVERSES = `UPDATE agent_revisions SET reverse_delta = x'0000' WHERE version > 30`

describe('a version that is nearer to the newest one than to its keyframe', () => {
  it('is read from there, and needs no row below it', async () => {
    const engine = await withVersions()
    await change(engine, BREAK_CHAIN)
    expect(await loadAll(engine, 25, VERSIONS)).toEqual(states(25, VERSIONS))
    await expect(load(engine, 10)).rejects.toMatchObject({ code: 'CORRUPT_DATA' })
  })

  it('is read from its keyframe when the way back is broken', async () => {
    const engine = await withVersions()
    await change(engine, BREAK_REVERSES)
    expect(await loadAll(engine, 1, VERSIONS)).toEqual(states(1, VERSIONS))
  })

  it('is refused, and never another one, when both ways are broken', async () => {
    const engine = await withVersions()
    await change(engine, BREAK_CHAIN)
    await change(engine, BREAK_REVERSES)
    await expect(load(engine, 30)).rejects.toMatchObject({ code: 'CORRUPT_DATA' })
    expect(await load(engine, VERSIONS)).toBe(stateOf(VERSIONS))
  })

  it('is read from its keyframe when the newest state was changed past the store', async () => {
    const engine = await withVersions()
    await change(engine, `UPDATE agent_states SET state_data = replace(state_data, 'line', 'LINE')`)
    expect(await loadAll(engine, 1, VERSIONS)).toEqual(states(1, VERSIONS))
    await change(engine, `UPDATE agent_states SET recorded_version = version, state_data = '{"lines":[]}'`)
    expect(await loadAll(engine, 1, VERSIONS - 1)).toEqual(states(1, VERSIONS - 1))
  })

  it('is read past one that is stored whole', async () => {
    const engine = await withVersions()
    await engine.write(() => saveAgent('default', agent('a', { stateData: JSON.stringify('x'.repeat(30_000)) })))
    await engine.write(() => saveAgent('default', agent('a', { stateData: stateOf(VERSIONS) })))
    expect(await loadAll(engine, 1, VERSIONS)).toEqual(states(1, VERSIONS))
  })

  it('is read past changes of the status alone', async () => {
    const engine = await withVersions()
    for (const status of ['idle', 'running', 'waiting']) {
      const update = { agentId: 'a', status, reason: null, expectedVersion: undefined, transitionId: status }
      await engine.write(() => updateAgentStatus('default', update))
    }
    await change(engine, BREAK_CHAIN)
    expect(await loadAll(engine, 30, VERSIONS + 3)).toEqual([
      ...states(30, VERSIONS),
      ...Array(3).fill(stateOf(VERSIONS)),
    ])
  })

  it('is read past versions that were pruned, of which the way back says nothing', async () => {
    const engine = await withVersions()
    await engine.write(() =>
      saveAgent('default', agent('a', { stateData: stateOf(VERSIONS).replace(`${VERSIONS}`, '"the secret"') })),
    )
    for (let version = VERSIONS + 1; version <= VERSIONS + 6; version++)
      await engine.write(() => saveAgent('default', agent('a', { stateData: stateOf(version) })))
    const traces = () =>
      engine.read(function* () {
        return (yield {
          statement: statement(
            `SELECT count(*) AS n FROM agent_revisions WHERE instr(reverse_delta, 'the secret') > 0`,
          ),
          params: [],
          rows: 'first',
        }) as { n: number }
      })
    expect(await traces()).toEqual({ n: 1 })
    const rule = { keepLast: undefined, olderThan: undefined, keepEvery: 2 }
    while ((await engine.write(() => pruneRevisions('default', 'a', rule))).revisions > 0);
    expect(await traces()).toEqual({ n: 0 })
    expect(await load(engine, VERSIONS + 1)).toBeUndefined()
    await change(engine, BREAK_CHAIN)
    expect(await load(engine, VERSIONS)).toBe(stateOf(VERSIONS))
    expect(await load(engine, VERSIONS + 4)).toBe(stateOf(VERSIONS + 3))
  })
})
