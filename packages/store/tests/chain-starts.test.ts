import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { query, type SqlValue, statement } from '../src/operation.ts'
import * as operations from '../src/operations.ts'
import type { SqliteEngine } from '../src/sqlite/sqlite-engine.ts'
import { agent } from './samples.ts'
import { openTemporary } from './temporary-folder.ts'

interface Row {
  agentId: string
  version: number
  base: number | null
  isForked: number
  chainStart: number
}

interface Command {
  name: 'save' | 'replace' | 'status' | 'change' | 'prune' | 'pruneOnce' | 'fork' | 'pin' | 'unpin' | 'purge' | 'revive'
  agentId: string
  other: string
  n: number
}

/** What is done after each prune, as to make it wrong; the rows are those before it. */
type Fault = (engine: SqliteEngine, namespace: string, before: readonly Row[]) => Promise<unknown>

const WORDS = Array.from({ length: 1500 }, (_, i) => `word ${((i + 1) * 7919).toString(36)}`)
const AGENTS = ['a', 'b']

const sql = <T>(engine: SqliteEngine, text: string, params: SqlValue[]) =>
  engine.write(() => query(statement<T>(text), params))

const rowsOf = (engine: SqliteEngine, namespace: string) =>
  sql<Row>(
    engine,
    `SELECT agent_id AS agentId, version, base_version AS base, base_agent_id IS NOT NULL AS isForked, chain_start AS chainStart
     FROM agent_revisions WHERE namespace = ? ORDER BY agent_id, version`,
    [namespace],
  )

/** Where the chain of each row begins, by what each rests on. */
function startsOf(rows: readonly Row[]): number[] {
  const starts = new Map<string, number>()
  return rows.map(({ agentId, version, base, isForked }) => {
    const start = base === null || isForked ? version : (starts.get(`${agentId} ${base}`) as number)
    starts.set(`${agentId} ${version}`, start)
    return start
  })
}

/** An agent's states: lists of words, short or long, of which a few change, or all. */
class History {
  readonly versions = new Map<string, string>()
  count = 0
  readonly #lists = new Map<string, string[]>()

  next(agentId: string, n: number, isNew: boolean): string {
    const from = n % 2 ? 10 : 600
    const list = (isNew ? undefined : this.#lists.get(agentId)) ?? WORDS.slice(n * 7, n * 7 + from)
    for (let i = 0; i < n % 4; i++) list[(n * 31 + i * 7) % list.length] = `${this.versions.size} ${i}`
    list.push(`${this.versions.size}`)
    this.#lists.set(agentId, list)
    return JSON.stringify(list)
  }
}

const prunesOnce = (engine: SqliteEngine, namespace: string, agentId: string, n: number) => {
  const keepEvery = n % 3 === 0 ? undefined : 1 + (n % 5)
  const keepLast = n % 3 === 1 ? undefined : 1 + (n % 4)
  // Up to a version alone: as if a prune with another rule had been cut short.
  const upTo = n % 2 ? undefined : n
  return engine.write(() =>
    operations.pruneRevisions(namespace, agentId, { keepLast, olderThan: undefined, keepEvery }, upTo),
  )
}

async function carryOut(
  engine: SqliteEngine,
  namespace: string,
  history: History,
  { name, agentId, other, n }: Command,
): Promise<void> {
  const isThere = (await engine.read(() => operations.loadAgent(namespace, agentId))) !== undefined
  const id = `${++history.count}`
  const made = (version: number, state: string) => history.versions.set(`${agentId} ${version}`, state)
  if (name === 'save' || name === 'replace' || !isThere) {
    const stateData = history.next(agentId, n, name === 'replace')
    const input = agent(agentId, { stateData, revive: true })
    made((await engine.write(() => operations.saveAgent(namespace, input))).version, stateData)
  } else if (name === 'status') {
    for (let i = 0; i < n; i++) {
      const input = { agentId, status: `${i}`, reason: null, expectedVersion: undefined, transitionId: `${id} ${i}` }
      const { version } = await engine.write(() => operations.updateAgentStatus(namespace, input))
      const head = await engine.read(() => operations.loadAgent(namespace, agentId))
      made(version, head?.stateData as string)
    }
  } else if (name === 'change') {
    const text = history.next(agentId, n, false)
    await sql(engine, 'UPDATE agent_states SET state_data = ? WHERE namespace = ? AND agent_id = ?', [
      ...[text, namespace, agentId],
    ])
  } else if (name === 'prune' || name === 'pruneOnce') {
    while ((await prunesOnce(engine, namespace, agentId, n)).revisions > 0 && name === 'prune');
  } else if (name === 'fork') {
    if ((await engine.read(() => operations.findAgent(namespace, other))) !== undefined) return
    const held = (await rowsOf(engine, namespace)).filter((row) => row.agentId === agentId)
    const version = (held[n % held.length] as Row).version
    const input = { parentAgentId: agentId, version, agentId: other, schemaVersion: 1 }
    const fork = await engine.write(() => operations.forkAgent(namespace, input))
    history.versions.set(`${other} ${fork.version}`, fork.stateData)
  } else if (name === 'pin') {
    const input = { id, agentId, description: null, expiresAt: null }
    const { agentVersion } = await engine.write(() => operations.createSnapshot(namespace, input))
    const head = await engine.read(() => operations.loadAgent(namespace, agentId))
    made(agentVersion, head?.stateData as string)
  } else if (name === 'unpin') {
    await sql(engine, 'DELETE FROM state_snapshots WHERE namespace = ? AND agent_id = ?', [namespace, agentId])
  } else if (name === 'purge') {
    // One step: what is left of the agent is there still, if it has forks.
    if (n % 3 === 0) while ((await engine.write(() => operations.purgeAgent(namespace, agentId))) !== undefined);
    else await engine.write(() => operations.purgeAgent(namespace, agentId))
  } else await engine.write(() => operations.deleteAgent(namespace, agentId))
}

/** Expects the store to know where each chain begins, and every version to be what was saved. */
async function expectSound(engine: SqliteEngine, namespace: string, history: History): Promise<void> {
  const rows = await rowsOf(engine, namespace)
  const starts = startsOf(rows)
  expect(rows.map(({ chainStart }) => chainStart)).toEqual(starts)
  const heads = await sql<{ agentId: string; recorded: number; chainStart: number }>(
    engine,
    'SELECT agent_id AS agentId, recorded_version AS recorded, chain_start AS chainStart FROM agent_states WHERE namespace = ? AND recorded_version IS NOT NULL',
    [namespace],
  )
  for (const { agentId, recorded, chainStart } of heads) {
    const at = rows.findIndex((row) => row.agentId === agentId && row.version === recorded)
    expect(chainStart, `the head of ${agentId}`).toBe(starts[at])
  }
  for (const { agentId, version } of rows) {
    if (!(await engine.read(() => operations.findAgent(namespace, agentId)))) continue
    const loaded = await engine.read(() => operations.loadRevision(namespace, agentId, version))
    const known = history.versions.get(`${agentId} ${version}`)
    if (known !== undefined) expect(loaded?.stateData === known, `${agentId} ${version}`).toBe(true)
  }
}

const command: fc.Arbitrary<Command> = fc.record({
  name: fc.oneof(
    { weight: 6, arbitrary: fc.constant('save' as const) },
    { weight: 3, arbitrary: fc.constantFrom('prune' as const, 'pruneOnce' as const) },
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        ...(['replace', 'status', 'change', 'fork', 'pin', 'unpin', 'purge', 'revive'] as const),
      ),
    },
  ),
  agentId: fc.constantFrom('a', 'a', 'a', 'b'),
  other: fc.constantFrom(...AGENTS),
  n: fc.integer({ min: 1, max: 30 }),
})

async function checkHistories(seed: number, numRuns: number, fault?: Fault) {
  const engine = await openTemporary({ url: ':memory:' })
  let runs = 0
  const property = fc.asyncProperty(
    fc.array(command, { minLength: 10, maxLength: 60, size: 'max' }),
    async (commands) => {
      const [namespace, history] = [`n${++runs}`, new History()]
      for (const one of commands) {
        const before = await rowsOf(engine, namespace)
        await carryOut(engine, namespace, history, one)
        if (!one.name.startsWith('prune')) continue
        await fault?.(engine, namespace, before)
        await expectSound(engine, namespace, history)
      }
      await expectSound(engine, namespace, history)
    },
  )
  return fc.check(property, { numRuns, seed })
}

const setStart = (engine: SqliteEngine, namespace: string, { agentId, version, chainStart }: Row) =>
  sql(engine, 'UPDATE agent_revisions SET chain_start = ? WHERE namespace = ? AND agent_id = ? AND version = ?', [
    ...[chainStart, namespace, agentId, version],
  ])

/** The rows that a prune left as they were, but that were told of another start. */
async function movedRows(engine: SqliteEngine, namespace: string, before: readonly Row[]): Promise<Row[]> {
  const after = await rowsOf(engine, namespace)
  return before.filter((old) =>
    after.some(
      ({ agentId, version, base, chainStart }) =>
        agentId === old.agentId && version === old.version && base === old.base && chainStart !== old.chainStart,
    ),
  )
}

describe('where a chain begins', () => {
  it('is known of every row and head after any prune, and every version is what was saved', async () => {
    const seed = Date.now() % 2 ** 31
    console.info(`starts of chains: seed ${seed}`)
    let moved = 0
    const count: Fault = async (...args) => (moved += (await movedRows(...args)).length)
    const check = await checkHistories(seed, 60, count)
    expect(fc.defaultReportMessage(check)).toBeUndefined()
    expect(moved).toBeGreaterThan(50)
  })

  const FAULTS: Record<string, Fault> = {
    'the later rows keep what they had': async (engine, namespace, before) => {
      for (const row of await movedRows(engine, namespace, before)) await setStart(engine, namespace, row)
    },
    'the head keeps what it had': async (engine, namespace, before) => {
      for (const { agentId, version, chainStart } of before)
        await sql(
          engine,
          'UPDATE agent_states SET chain_start = ? WHERE namespace = ? AND agent_id = ? AND recorded_version = ?',
          [chainStart, namespace, agentId, version],
        )
    },
  }

  it.each(Object.keys(FAULTS))('control: it is noticed if %s', async (name) => {
    expect((await checkHistories(1, 100, FAULTS[name])).errorInstance).toMatchObject({ name: 'AssertionError' })
  })

  it('is never taken for another: a wrong one gives CORRUPT_DATA, or the right state', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    const history = new History()
    for (let n = 1; n <= 24; n++) {
      const name = n % 8 === 0 ? 'replace' : n % 5 === 0 ? 'status' : 'save'
      await carryOut(engine, 'n', history, { name, agentId: 'a', other: 'b', n: 2 })
    }
    await carryOut(engine, 'n', history, { name: 'fork', agentId: 'a', other: 'b', n: 11 })
    for (let n = 1; n <= 4; n++) await carryOut(engine, 'n', history, { name: 'save', agentId: 'b', other: 'b', n: 2 })
    const seen = { right: 0, refused: 0 }
    for (const row of await rowsOf(engine, 'n')) {
      for (let chainStart = 0; chainStart <= 40; chainStart++) {
        await setStart(engine, 'n', { ...row, chainStart })
        const loaded = await engine
          .read(() => operations.loadRevision('n', row.agentId, row.version))
          .catch((error: { code: string }) => error.code)
        const isRefused = loaded === 'CORRUPT_DATA'
        if (!isRefused)
          expect(loaded).toMatchObject({ stateData: history.versions.get(`${row.agentId} ${row.version}`) })
        seen[isRefused ? 'refused' : 'right']++
      }
      await setStart(engine, 'n', row)
    }
    expect(seen.right).toBeGreaterThan(20)
    expect(seen.refused).toBeGreaterThan(200)
  })
})
