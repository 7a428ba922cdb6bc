import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Executor } from '../src/engine.ts'
import {
  AgentDeletedError,
  OutsideTransactionError,
  SessionExistsError,
  TransactionEndedError,
  VersionConflictError,
} from '../src/errors.ts'
import { execute, statement } from '../src/operation.ts'
import { deleteAgent, listAgents, loadAgent, saveAgent, startSession, updateAgentStatus } from '../src/operations.ts'
import type { SqliteEngine } from '../src/sqlite/sqlite-engine.ts'
import { agent } from './samples.ts'
import { stopTheClock } from './stop-the-clock.ts'
import { openTemporary } from './temporary-folder.ts'

const save = (executor: Executor, agentId: string) => executor.write(() => saveAgent('default', agent(agentId)))

async function agentsOf(engine: SqliteEngine): Promise<string[]> {
  const page = { status: undefined, includeDeleted: false, after: '', limit: 10_000 }
  return (await engine.read(() => listAgents('default', page))).map(({ agentId }) => agentId)
}

const changeMind = () => Promise.reject(new Error('changed my mind'))

describe('a transaction', () => {
  it('commits when its callback resolves, with its result', async () => {
    const engine = await openTemporary()
    const result = await engine.transact(async (transaction) => {
      await save(transaction, 'a')
      return 'done'
    })
    expect([result, await agentsOf(engine)]).toEqual(['done', ['a']])
  })

  it.each([
    ['rejects', changeMind],
    [
      'throws before it awaits anything',
      () => {
        throw new Error('changed my mind')
      },
    ],
  ])('is rolled back when its callback %s, and rejects with that very error', async (_how, fail) => {
    const engine = await openTemporary()
    const failing = engine.transact((transaction) => {
      void save(transaction, 'a')
      return fail()
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await agentsOf(engine)).toEqual([])
    await save(engine, 'b')
  })

  it('keeps what was carried out when one of its operations failed and that was caught', async () => {
    const engine = await openTemporary()
    await engine.transact(async (transaction) => {
      await save(transaction, 'a')
      const conflicting = transaction.write(() => saveAgent('default', agent('a', { expectedVersion: 7 })))
      await expect(conflicting).rejects.toBeInstanceOf(VersionConflictError)
      await save(transaction, 'b')
    })
    expect(await agentsOf(engine)).toEqual(['a', 'b'])
  })

  it('undoes all of an operation that failed after it wrote', async () => {
    const engine = await openTemporary()
    await save(engine, 'a')
    const change = { agentId: 'a', status: 'idle', reason: null, expectedVersion: undefined, transitionId: 'same' }
    await engine.transact(async (transaction) => {
      await transaction.write(() => updateAgentStatus('default', change))
      await expect(
        transaction.write(() => updateAgentStatus('default', { ...change, status: 'lost' })),
      ).rejects.toThrow()
    })
    expect(await engine.read(() => loadAgent('default', 'a'))).toMatchObject({ status: 'idle', version: 2 })
    expect(await engine.prisma.stateTransition.count()).toBe(1)
  })

  it('takes turns with writes and other transactions, in the order in which they came', async () => {
    const engine = await openTemporary()
    const order: string[] = []
    const calls = [
      save(engine, 'a').then(() => order.push('a')),
      engine.transact(async () => void (await sleep(10))).then(() => order.push('b')),
      save(engine, 'c').then(() => order.push('c')),
      save(engine, 'd').then(() => order.push('d')),
      engine.transact(async () => void (await sleep(1))).then(() => order.push('e')),
      save(engine, 'f').then(() => order.push('f')),
    ]
    await Promise.all(calls)
    expect(order.join('')).toBe('abcdef')
  })
})

describe('a handle that stands outside the open transaction', () => {
  it('is refused inside its callback, instead of waiting for ever', async () => {
    const engine = await openTemporary()
    await engine.transact(async (transaction) => {
      const calls = [
        save(engine, 'a'),
        engine.read(() => loadAgent('default', 'a')),
        engine.transact(async () => {}),
        engine.prisma.agentState.count(),
      ]
      for (const call of calls) await expect(call).rejects.toThrow(/outside the transaction/)
      await save(transaction, 'b')
    })
    expect(await agentsOf(engine)).toEqual(['b'])
  })

  it('is refused however deep: in a savepoint, in a timer, beside another store', async () => {
    const [engine, other] = [await openTemporary(), await openTemporary()]
    await engine.transact(async (transaction) => {
      await save(other, 'other')
      await transaction.transact(async (inner) => {
        await expect(save(engine, 'a')).rejects.toBeInstanceOf(OutsideTransactionError)
        await expect(save(transaction, 'a')).rejects.toBeInstanceOf(OutsideTransactionError)
        await save(inner, 'inner')
      })
      await other.transact(async () => {
        await expect(save(engine, 'a')).rejects.toBeInstanceOf(OutsideTransactionError)
        await expect(save(other, 'a')).rejects.toBeInstanceOf(OutsideTransactionError)
        await save(transaction, 'outer')
      })
      await new Promise<void>((resolve) => {
        setTimeout(
          () => void expect(save(engine, 'a')).rejects.toBeInstanceOf(OutsideTransactionError).then(resolve),
          1,
        )
      })
    })
    expect(await agentsOf(engine)).toEqual(['inner', 'outer'])
    expect(await agentsOf(other)).toEqual(['other'])
  })

  it('is welcome again in what the callback left running, once the transaction has ended', async () => {
    const engine = await openTemporary()
    let later: Promise<unknown> = Promise.resolve()
    await engine.transact(async () => {
      later = sleep(10).then(() => save(engine, 'later'))
    })
    await later
    expect(await agentsOf(engine)).toEqual(['later'])
  })
})

describe('a transaction that has ended', () => {
  it('refuses calls, and never writes into one that is open by then', async () => {
    const engine = await openTemporary()
    const left = await engine.transact(async (transaction) => transaction)
    await expect(save(left, 'a')).rejects.toBeInstanceOf(TransactionEndedError)
    await engine.transact(async (transaction) => {
      await expect(save(left, 'a')).rejects.toBeInstanceOf(TransactionEndedError)
      await expect(left.transact(async () => {})).rejects.toBeInstanceOf(TransactionEndedError)
      await save(transaction, 'b')
    })
    expect(await agentsOf(engine)).toEqual(['b'])
  })

  it('takes a savepoint that nobody awaited with it: that one never writes into a later transaction', async () => {
    const engine = await openTemporary()
    let goOn = () => {}
    const told = new Promise<void>((resolve) => {
      goOn = resolve
    })
    let forgotten: Promise<unknown> = Promise.resolve()
    const outer = engine.transact(async (transaction) => {
      forgotten = transaction.transact(async (inner) => {
        await save(inner, 'inner')
        await told
        await save(inner, 'too late')
      })
      forgotten.catch(() => {})
    })
    await expect(outer).rejects.toBeInstanceOf(OutsideTransactionError)
    await engine.transact(async (later) => {
      await save(later, 'later')
      await later.transact(async (laterInner) => {
        await save(laterInner, 'later inner')
        goOn()
        await expect(forgotten).rejects.toBeInstanceOf(TransactionEndedError)
        await save(laterInner, 'later inner still')
      })
    })
    expect(await agentsOf(engine)).toEqual(['later', 'later inner', 'later inner still'])
    await save(engine, 'and on')
  })
})

describe('a savepoint', () => {
  it('is rolled back alone, or kept with the transaction around it', async () => {
    const engine = await openTemporary()
    await engine.transact(async (transaction) => {
      await save(transaction, 'a')
      await expect(transaction.transact(async (inner) => save(inner, 'b').then(changeMind))).rejects.toThrow(
        'changed my mind',
      )
      await transaction.transact(async (inner) => {
        await save(inner, 'c')
        await expect(inner.transact(async (innermost) => save(innermost, 'd').then(changeMind))).rejects.toThrow(
          'changed my mind',
        )
        await inner.transact(async (innermost) => save(innermost, 'e'))
      })
    })
    expect(await agentsOf(engine)).toEqual(['a', 'c', 'e'])
  })

  it('is gone when the transaction around it is rolled back', async () => {
    const engine = await openTemporary()
    const failing = engine.transact(async (transaction) => {
      await transaction.transact(async (inner) => save(inner, 'a'))
      await changeMind()
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await agentsOf(engine)).toEqual([])
  })

  it('beside another of the same transaction is refused; the first is kept', async () => {
    const engine = await openTemporary()
    await engine.transact(async (transaction) => {
      const both = ['a', 'b'].map((id) =>
        transaction.transact(async (inner) => {
          await sleep(1)
          await save(inner, id)
        }),
      )
      const [first, second] = await Promise.allSettled(both)
      expect([first?.status, second?.status]).toEqual(['fulfilled', 'rejected'])
    })
    expect(await agentsOf(engine)).toEqual(['a'])
  })
})

describe('a transaction that SQLite rolls back by itself', () => {
  const BREAK = statement(
    'INSERT OR ROLLBACK INTO agent_states (agent_id, name, status, state_data) VALUES (?, ?, ?, ?)',
  )
  const breaking = () => execute(BREAK, ['a', 'A', 'idle', '{}'])

  it('takes nothing more, says why, and lets the writer go', async () => {
    const engine = await openTemporary()
    await save(engine, 'a')
    const broken = engine.transact(async (transaction) => {
      await save(transaction, 'b')
      await expect(transaction.write(breaking)).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
      await expect(save(transaction, 'c')).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
    })
    await expect(broken).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
    await save(engine, 'd')
    expect(await agentsOf(engine)).toEqual(['a', 'd'])
    expect(engine.stats().transactions).toEqual({ open: 0, committed: 0, rolledBack: 1 })
  })

  it('does so as well from within a savepoint', async () => {
    const engine = await openTemporary()
    await save(engine, 'a')
    const broken = engine.transact(async (transaction) => {
      await save(transaction, 'b')
      await expect(transaction.transact((inner) => inner.write(breaking))).rejects.toMatchObject({
        code: 'STORAGE_FAILED',
      })
      await save(transaction, 'c').catch((error: unknown) => expect(error).toMatchObject({ code: 'STORAGE_FAILED' }))
    })
    await expect(broken).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
    expect(await agentsOf(engine)).toEqual(['a'])
  })
})

describe('writes of one batch', () => {
  it('of which one fails after it wrote: only that one is undone, and the others run again', async () => {
    const engine = await openTemporary()
    await save(engine, 'a')
    const change = { agentId: 'a', status: 'idle', reason: null, expectedVersion: undefined, transitionId: 'same' }
    const [before, first, second, after] = await Promise.allSettled([
      save(engine, 'before'),
      engine.write(() => updateAgentStatus('default', change)),
      engine.write(() => updateAgentStatus('default', { ...change, status: 'lost' })),
      save(engine, 'after'),
    ])
    expect([before, first, second, after].map((result) => result?.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
    expect(await engine.read(() => loadAgent('default', 'a'))).toMatchObject({ status: 'idle', version: 2 })
    expect(engine.stats().writes).toMatchObject({ replays: 1, committed: 4 })
  })

  it('that expect the same version: exactly one wins', async () => {
    const engine = await openTemporary()
    await save(engine, 'a')
    stopTheClock()
    const saves = Array.from({ length: 10 }, (_, i) =>
      engine.write(() => saveAgent('default', agent('a', { stateData: String(i), expectedVersion: 1 }))),
    )
    const settled = await Promise.allSettled(saves)
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', ...Array(9).fill('rejected')])
    expect(await engine.read(() => loadAgent('default', 'a'))).toMatchObject({ stateData: '0', version: 2 })
    expect(engine.stats().writes.batches).toBe(2)
  })

  it('that are refused without having changed a row cost the others nothing: no batch runs again', async () => {
    const engine = await openTemporary()
    const session = { id: 's', agentId: 'a', metadata: null }
    await engine.write(() => startSession('default', session))
    await save(engine, 'deleted')
    await engine.write(() => deleteAgent('default', 'deleted'))
    const refused = [
      ...Array.from({ length: 50 }, () => engine.write(() => startSession('default', session))),
      ...Array.from({ length: 50 }, () => save(engine, 'deleted')),
    ]
    const saved = Array.from({ length: 50 }, (_, i) => save(engine, `agent ${i}`))
    const errors = (await Promise.allSettled(refused)).map((result) => (result as PromiseRejectedResult).reason)
    expect(errors.slice(0, 50).every((error) => error instanceof SessionExistsError)).toBe(true)
    expect(errors.slice(50).every((error) => error instanceof AgentDeletedError)).toBe(true)
    await Promise.all(saved)
    expect(engine.stats().writes.replays).toBe(0)
  })
})
