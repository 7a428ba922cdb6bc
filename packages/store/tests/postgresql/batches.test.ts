import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Engine } from '../../src/engine.ts'
import { AgentNotFoundError } from '../../src/errors.ts'
import { openEngine } from '../../src/open-engine.ts'
import { execute, type Operation, statement } from '../../src/operation.ts'
import {
  deleteAgent,
  forkAgent,
  listRevisions,
  loadAgent,
  loadRevision,
  type PurgeStep,
  purgeAgent,
  saveAgent,
  saveTask,
  updateAgentStatus,
} from '../../src/operations.ts'
import { agent } from '../samples.ts'
import { openTemporary } from '../temporary-folder.ts'
import { connect } from './connect.ts'
import { databaseOfFile } from './database.ts'

const url = databaseOfFile()

async function open(): Promise<Engine> {
  const engine = await openEngine({ url: url() })
  onTestFinished(() => engine.close())
  return engine
}

let spaces = 0
const newSpace = () => `space-${++spaces}`

/** Small ones, and such as are kept. */
const stateOf = (step: number, isLarge: boolean) =>
  JSON.stringify({ step, text: isLarge ? Array.from({ length: 2_000 }, (_, i) => (i * 7919) % 9973) : 'x' })

/** A write of one of a few agents. */
type Call = (namespace: string) => Operation<unknown>

const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e')
const calls: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        agentId: ids,
        step: fc.nat(99),
        isLarge: fc.boolean(),
        revive: fc.boolean(),
        expectedVersion: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
      })
      .map(
        ({ agentId, step, isLarge, ...options }): Call =>
          (namespace) =>
            saveAgent(namespace, agent(agentId, { stateData: stateOf(step, isLarge), ...options })),
      ),
  },
  ids.map((agentId): Call => {
    const update = { agentId, status: 'waiting', reason: null, expectedVersion: undefined }
    return (namespace) => updateAgentStatus(namespace, { ...update, transitionId: crypto.randomUUID() })
  }),
  ids.map(
    (agentId): Call =>
      (namespace) =>
        deleteAgent(namespace, agentId),
  ),
  ids.map(
    (agentId): Call =>
      (namespace) =>
        purgeAgent(namespace, agentId),
  ),
  ids.map(
    (id): Call =>
      (namespace) =>
        saveTask(namespace, { ...TASK, id }),
  ),
  fc.tuple(ids, ids).map(
    ([parentAgentId, agentId]): Call =>
      (namespace) =>
        forkAgent(namespace, { parentAgentId, agentId, version: undefined, schemaVersion: 1 }),
  ),
)

const TASK = { title: 'Task', description: undefined, status: undefined, assignedTo: undefined, metadata: undefined }

/** What a call has come to, but for moments. */
function outcomeOf(result: PromiseSettledResult<unknown>): string {
  if (result.status === 'rejected') return (result.reason as Error).message.replaceAll(MOMENT, 'then')
  return String(JSON.stringify(result.value, (key, value) => (SHOWN.test(key) ? value : undefined)))
}
const MOMENT = /\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)/g
const SHOWN = /^(|agentId|version|status|parentAgentId|parentVersion|id|title|removed|revisions|next)$/

/** Makes all calls at once; what they came to, and every state that there is then. */
async function outcomesOf(engine: Engine, namespace: string, made: readonly Call[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(made.map((call) => engine.write(() => call(namespace))))
  const states: unknown[] = []
  for (const agentId of ['a', 'b', 'c', 'd', 'e']) {
    const page = { agentId, before: 2 ** 31, limit: 100 }
    const versions = await engine.read(() => listRevisions(namespace, page))
    for (const { version } of versions)
      states.push((await engine.read(() => loadRevision(namespace, agentId, version)))?.stateData)
    states.push((await engine.read(() => loadAgent(namespace, agentId)))?.stateData.trimEnd())
  }
  return [...settled.map(outcomeOf), states]
}

/** Says that it changes no agent but those that it names, and names none. */
const LIE = statement('UPDATE agent_states SET deleted_at = updated_at WHERE namespace = ?', { leavesKept: true })

describe('writes that are committed together', () => {
  async function compareWithSqlite(writes: fc.Arbitrary<Call>): Promise<Engine> {
    const [postgresql, sqlite] = [await open(), await openTemporary()]
    const property = fc.asyncProperty(fc.array(writes, { minLength: 2, maxLength: 40 }), async (made) => {
      const namespace = newSpace()
      expect(await outcomesOf(postgresql, namespace, made)).toEqual(await outcomesOf(sqlite, namespace, made))
    })
    await fc.assert(property, { numRuns: 60, seed: 20_261_123, endOnFailure: true })
    return postgresql
  }

  it('come to what they come to one after the other, as on SQLite, whatever others of them change', async () => {
    const engine = await compareWithSqlite(calls)
    expect(engine.stats().writes.largestBatch).toBeGreaterThan(1)
  })

  it('control: one that conceals which agents it changes is noticed', async () => {
    const lie: Call = (namespace) => execute(LIE, [namespace])
    await expect(compareWithSqlite(fc.oneof(calls, fc.constant(lie)))).rejects.toThrow('Property failed')
  })

  it('are carried out but for those that refuse, at once or later', async () => {
    const [engine, namespace] = [await open(), newSpace()]
    const refuse = (): Operation<never> => {
      throw new AgentNotFoundError('b')
    }
    const writes: Call[] = [
      (ns) => saveAgent(ns, agent('a')),
      // biome-ignore lint/correctness/useYield: it refuses before its first step
      function* () {
        return refuse()
      },
      (ns) => deleteAgent(ns, 'a'),
      (ns) => saveAgent(ns, agent('a')),
      (ns) => saveAgent(ns, agent('b')),
    ]
    const settled = await Promise.allSettled(writes.map((write) => engine.write(() => write(namespace))))
    const codes = settled.map((result) => (result.status === 'rejected' ? result.reason.code : 'done'))
    expect(codes).toEqual(['done', 'AGENT_NOT_FOUND', 'done', 'AGENT_DELETED', 'done'])
    expect(engine.stats().writes.replays).toBe(0)
  })

  it('are carried out but for the one that the server refuses', async () => {
    const [engine, namespace] = [await open(), newSpace()]
    const agents = [
      ['a', 'A'],
      ['b', 'B'],
      ['a', 'with a \0 in it'],
      ['a', 'A'],
      ['c', 'C'],
    ] as const
    const saves = agents.map(([agentId, name]) =>
      engine
        .write(() => saveAgent(namespace, agent(agentId, { name })))
        .then(
          ({ version }) => version,
          (error) => error.code,
        ),
    )
    expect(await Promise.all(saves)).toEqual([1, 1, 'INVALID_INPUT', 2, 1])
    expect(engine.stats().writes).toMatchObject({ replays: 1, committed: 4 })
  })
})

describe('a large state that was saved last', () => {
  const kindOf = async (engine: Engine, namespace: string, version: number) => {
    const page = { agentId: 'a', before: 2 ** 31, limit: 100 }
    return (await engine.read(() => listRevisions(namespace, page))).find((row) => row.version === version)?.kind
  }
  const save = (engine: Engine, namespace: string, step: number) =>
    engine.write(() => saveAgent(namespace, agent('a', { stateData: stateOf(step, true) })))
  const load = async (engine: Engine, namespace: string, version: number) =>
    (await engine.read(() => loadRevision(namespace, 'a', version)))?.stateData.trimEnd()

  it('is known, and not read again', async () => {
    const [engine, namespace] = [await open(), newSpace()]
    const client = await connect(url())
    await save(engine, namespace, 1)
    // No trigger tells the store. What was read would not be what the history holds, and the next version whole.
    await client.query('SET session_replication_role = replica')
    await client.query(`UPDATE agent_states SET state_data = '{}' WHERE namespace = $1`, [namespace])
    await save(engine, namespace, 2)
    expect(await kindOf(engine, namespace, 2)).toBe('delta')
    expect(await load(engine, namespace, 2)).toBe(stateOf(2, true))
  })

  it('is not taken for the one that another process has saved since', async () => {
    const [one, other, namespace] = [await open(), await open(), newSpace()]
    for (let step = 1; step <= 8; step += 2) {
      await save(one, namespace, step)
      await save(other, namespace, step + 1)
    }
    for (let version = 1; version <= 8; version++) {
      expect(await load(one, namespace, version)).toBe(stateOf(version, true))
      if (version > 1) expect(await kindOf(one, namespace, version)).toBe('delta')
    }
  })

  it('is not taken for one of another agent of that name, or of a write that was undone', async () => {
    const [engine, other, namespace] = [await open(), await open(), newSpace()]
    await save(engine, namespace, 1)
    await purge(other, namespace)
    await save(other, namespace, 2)
    await save(engine, namespace, 3)
    const failing = engine.write(function* () {
      yield* saveAgent(namespace, agent('a', { stateData: stateOf(4, true) }))
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    await save(other, namespace, 5)
    await save(engine, namespace, 6)
    for (const [version, step] of [2, 3, 5, 6].entries())
      expect(await load(other, namespace, version + 1)).toBe(stateOf(step, true))
  })
})

async function purge(engine: Engine, namespace: string): Promise<void> {
  let step: PurgeStep | undefined = { removed: {}, next: 0 }
  while (step !== undefined) step = await engine.write(() => purgeAgent(namespace, 'a', step?.next))
}
