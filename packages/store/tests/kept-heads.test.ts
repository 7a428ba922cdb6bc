import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Executor } from '../src/engine.ts'
import { deleteAgent, loadAgent, loadRevision, saveAgent, updateAgentStatus } from '../src/operations.ts'
import { RecentlyUsed } from '../src/recently-used.ts'
import type { SqliteEngine } from '../src/sqlite/sqlite-engine.ts'
import { agent } from './samples.ts'
import { openTemporary, temporaryFile } from './temporary-folder.ts'

/** States that differ a little from step to step, so that each is a delta against the one before. */
const stateAt = (step: string, size: number) =>
  JSON.stringify({ step, text: Array.from({ length: size / 8 }, (_, i) => (i * 7919) % 9973), end: step })

interface Stage {
  /** The engine that keeps its heads. */
  engine: SqliteEngine
  /** Another connection on the same file, as another process has it. */
  other: SqliteEngine
  /** Saves the next state; the version that it is now. */
  save(executor?: Executor, bytes?: number): Promise<number>
}

const changeMind = () => Promise.reject(new Error('changed my mind'))
const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: Error) => error.message,
  )

/** What may come between two saves of an agent, and how many versions it makes. */
const BETWEEN: Record<string, (stage: Stage) => Promise<unknown>> = {
  nothing: async () => {},
  'a save by another process': ({ save, other }) => save(other),
  'a status': ({ engine }) =>
    engine.write(() =>
      updateAgentStatus('default', {
        agentId: 'a',
        status: 'waiting',
        reason: null,
        expectedVersion: undefined,
        transitionId: crypto.randomUUID(),
      }),
    ),
  'a transaction that is rolled back': async ({ engine, save }) => {
    const unsaved = engine.transact(async (transaction) => {
      await save(transaction)
      await changeMind()
    })
    expect(await caught(unsaved)).toBe('changed my mind')
  },
  'a savepoint that is rolled back': ({ engine, save }) =>
    engine.transact(async (transaction) => {
      await save(transaction)
      const unsaved = transaction.transact(async (inner) => {
        await save(inner)
        await changeMind()
      })
      expect(await caught(unsaved)).toBe('changed my mind')
      await save(transaction)
    }),
  'a write in its batch that fails after it has written': async ({ engine, save }) => {
    const failing = engine.write(function* () {
      yield* saveAgent('default', agent('a', { stateData: '{"never":"saved"}' }))
      throw new Error('changed my mind')
    })
    const [message] = await Promise.all([caught(failing), save()])
    expect(message).toBe('changed my mind')
  },
  'a change through Prisma': async ({ engine }) => {
    const where = { namespace_agentId: { namespace: 'default', agentId: 'a' } }
    await engine.prisma.agentState.update({ where, data: { stateData: '{"by":"prisma"}' } })
  },
  'a delete': ({ engine }) => engine.write(() => deleteAgent('default', 'a')),
}

/** Saves, lets something happen, and saves again, with everything twice over; throws unless each version is as it was saved. */
async function live(size: number, between: (stage: Stage) => Promise<unknown>): Promise<void> {
  const file = temporaryFile()
  const [engine, other] = [await openTemporary({ file }), await openTemporary({ file })]
  const saved = new Map<number, string>()
  let steps = 0
  const save = async (executor: Executor = engine, bytes = size) => {
    const stateData = stateAt(`step ${steps++}`, bytes)
    const { version } = await executor.write(() => saveAgent('default', agent('a', { stateData, revive: true })))
    saved.set(version, stateData)
    return version
  }
  for (let round = 0; round < 3; round++) {
    await save()
    await save()
    await between({ engine, other, save })
    const newest = await save()
    const head = await other.read(() => loadAgent('default', 'a'))
    expect([head?.version, head?.stateData.trimEnd()]).toEqual([newest, saved.get(newest)])
  }
  for (const [version, stateData] of saved) {
    const loaded = await other.read(() => loadRevision('default', 'a', version))
    expect([version, loaded?.stateData]).toEqual([version, stateData])
  }
}

afterEach(() => void vi.restoreAllMocks())

describe('an agent that is saved again and again', () => {
  describe.each([400, 40_000])('with a state of %i bytes', (size) => {
    it.each(Object.keys(BETWEEN))('has every version as it was saved, with %s in between', (name) =>
      live(size, BETWEEN[name] as (stage: Stage) => Promise<unknown>),
    )
  })

  it('has every version as it was saved, whether large or small in between', () =>
    live(40_000, async ({ save }) => {
      for (const size of [400, 40_000, 400, 400, 40_000]) await save(undefined, size)
    }))

  it.each(['a save by another process', 'a transaction that is rolled back', 'a savepoint that is rolled back'])(
    'control: one that is kept past %s is found',
    async (name) => {
      vi.spyOn(RecentlyUsed.prototype, 'clear').mockImplementation(() => {})
      await expect(live(40_000, BETWEEN[name] as (stage: Stage) => Promise<unknown>)).rejects.toThrow()
    },
  )

  it('is not read again before each save of a large state', async () => {
    const engine = await openTemporary()
    const get = vi.spyOn(RecentlyUsed.prototype, 'get')
    for (let step = 0; step < 5; step++)
      await engine.write(() => saveAgent('default', agent('a', { stateData: stateAt(`${step}`, 40_000) })))
    expect(get.mock.results.map(({ value }) => (value as { version: number } | undefined)?.version)).toEqual([
      undefined,
      1,
      2,
      3,
      4,
    ])
  })
})

describe('what is kept', () => {
  it('is what was set last, within so many bytes', () => {
    const rows = new RecentlyUsed<string>(2 ** 23)
    for (const key of ['a', 'b', 'c', 'd', 'a', 'e']) rows.set(key, key, 2 ** 21)
    expect(['a', 'b', 'c', 'd', 'e'].map((key) => rows.get(key))).toEqual(['a', undefined, 'c', 'd', 'e'])
  })

  it('is not one that takes more than a quarter of them, nor what was there before', () => {
    const rows = new RecentlyUsed<string>(2 ** 23)
    rows.set('a', 'small', 100)
    rows.set('a', 'large', 2 ** 21 + 1)
    expect(rows.get('a')).toBeUndefined()
    rows.set('a', 'small', 100)
    rows.set('a', undefined, 0)
    expect(rows.get('a')).toBeUndefined()
  })
})
