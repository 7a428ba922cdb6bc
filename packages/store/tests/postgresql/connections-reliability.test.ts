import type { Client } from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Executor } from '../../src/engine.ts'
import { CommitUnknownError, StorageFailedError, StoreBusyError, StoreClosedError } from '../../src/errors.ts'
import { type OpenEngineOptions, openEngine } from '../../src/open-engine.ts'
import { execute, statement } from '../../src/operation.ts'
import { loadAgent, saveAgent, saveEvents, startSession } from '../../src/operations.ts'
import { openPool, withClient } from '../../src/postgresql/pool.ts'
import { agent, event } from '../samples.ts'
import { connect, valuesOf } from './connect.ts'
import { temporaryDatabase } from './database.ts'

async function openOn(url: string, options: Partial<OpenEngineOptions> = {}) {
  const engine = await openEngine({ url, ...options })
  onTestFinished(() => engine.close())
  return engine
}

/** An engine, another session beside it, and a third one that watches them. */
async function openWithNeighbour(options: Partial<OpenEngineOptions> = {}) {
  const database = await temporaryDatabase()
  const url = `${database}?application_name=engine`
  return {
    url,
    engine: await openOn(url, options),
    neighbour: await connect(database),
    watcher: await connect(database),
  }
}

/** Waits until so many sessions are in the state that the condition on pg_stat_activity tells; gives their process ids. */
async function waitFor(watcher: Client, condition: string, sessions = 1): Promise<number[]> {
  for (;;) {
    const sql = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'engine' AND ${condition}`
    const pids = (await valuesOf(watcher, sql)) as number[]
    if (pids.length >= sessions) return pids
  }
}

/** A promise, and what settles it. */
function gate(): { passed: Promise<void>; open: () => void } {
  let open = () => {}
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { passed, open }
}

const terminate = (watcher: Client, pids: number[]) =>
  watcher.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) pid', [pids])

/** Takes a lock on the rows of all agents, in a transaction that stays open. */
async function lockAgents(neighbour: Client): Promise<void> {
  await neighbour.query('BEGIN; SELECT 1 FROM agent_states FOR UPDATE')
}

const IS_WAITING = `wait_event_type = 'Lock'`
const save = (executor: Executor, id: string, given = {}) =>
  executor.write(() => saveAgent('default', agent(id, given)))

describe('a connection', () => {
  it('has its timeouts, and speaks of moments as SQLite does', async () => {
    const url = await temporaryDatabase()
    for (const durability of ['full', 'normal'] as const) {
      const pool = openPool(url, { durability, maxConnections: 1, acquireTimeoutMs: 5000, busyTimeoutMs: 1234 })
      const show = async (name: string) => Object.values((await pool.query(`SHOW ${name}`)).rows[0])[0]
      expect(await show('statement_timeout')).toBe('1min')
      expect(await show('lock_timeout')).toBe('1234ms')
      expect(await show('idle_in_transaction_session_timeout')).toBe('1min')
      expect(await show('TimeZone')).toBe('UTC')
      expect(await show('synchronous_commit')).toBe(durability === 'full' ? 'on' : 'off')
      await pool.end()
    }
  })

  it('is closed when its server says nothing any more', async () => {
    const pool = openPool(await temporaryDatabase(), {
      durability: 'full',
      maxConnections: 1,
      acquireTimeoutMs: 5000,
      busyTimeoutMs: 1000,
    })
    onTestFinished(() => pool.end())
    Object.assign(pool.options, { query_timeout: 50 })
    await expect(withClient(pool, (client) => client.query('SELECT pg_sleep(30)'))).rejects.toThrow('timeout')
    expect(pool.totalCount).toBe(0)
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  })

  it('that is lost before COMMIT costs a write nothing but time: it is tried again on another', async () => {
    const { engine, neighbour, watcher } = await openWithNeighbour()
    await save(engine, 'a')
    await lockAgents(neighbour)
    const written = [save(engine, 'a'), save(engine, 'a'), save(engine, 'b')]
    const [first] = await waitFor(watcher, IS_WAITING)
    await terminate(watcher, [first as number])
    await waitFor(watcher, `${IS_WAITING} AND pid <> ${first}`)
    await neighbour.query('ROLLBACK')
    expect((await Promise.all(written)).map(({ version }) => version)).toEqual([2, 3, 1])
  })

  it('that is lost in a transaction runs its callback again', async () => {
    const { engine, watcher } = await openWithNeighbour()
    let runs = 0
    const { version } = await engine.transact(async (transaction) => {
      runs++
      const saved = await save(transaction, 'a')
      if (runs === 1) await terminate(watcher, await waitFor(watcher, `state = 'idle in transaction'`))
      await transaction.write(() => saveEvents('default', [event('e')]))
      return saved
    })
    expect({ runs, version }).toEqual({ runs: 2, version: 1 })
    expect(engine.stats()).toMatchObject({ connections: { inUse: 0 }, transactions: { open: 0, committed: 1 } })
  })

  it('that is lost for the callback itself, and to another server, is no reason to run it again', async () => {
    const { engine } = await openWithNeighbour()
    let runs = 0
    const failure = Object.assign(new Error('Connection terminated'), { code: 'ECONNRESET' })
    const transaction = engine.transact(async () => {
      runs++
      throw failure
    })
    await expect(transaction).rejects.toMatchObject({ cause: failure })
    expect(runs).toBe(1)
  })

  it('that is lost while COMMIT is under way leaves open what is stored, and nothing is done twice', async () => {
    const { engine, neighbour, watcher } = await openWithNeighbour()
    // Makes each COMMIT that adds an agent last.
    await neighbour.query(`CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(30); RETURN NULL; END';
      CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON agent_states DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION linger();
      CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON sessions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION linger()`)
    const writes: (() => Promise<unknown>[])[] = [
      () => [save(engine, 'alone')],
      () => [save(engine, 'first'), save(engine, 'second')],
      () => [engine.transact((transaction) => save(transaction, 'in a transaction'))],
      // One statement, which commits by itself.
      () => [engine.write(() => startSession('default', { id: 's', agentId: 'a', metadata: null }))],
    ]
    for (const write of writes) {
      let areSettled = false
      const settled = Promise.allSettled(write()).finally(() => {
        areSettled = true
      })
      while (!areSettled) await terminate(watcher, await waitFor(watcher, `wait_event = 'PgSleep'`, 0))
      for (const { reason } of (await settled) as PromiseRejectedResult[]) {
        expect(reason).toBeInstanceOf(CommitUnknownError)
        expect(reason).toMatchObject({ retryable: false })
      }
    }
    await neighbour.query('DROP TRIGGER linger ON agent_states; DROP TRIGGER linger ON sessions')
    expect((await save(engine, 'alone')).version).toBe(1)
  })

  it('that is lost while nobody uses it is replaced', async () => {
    const { engine, watcher } = await openWithNeighbour()
    await Promise.all([save(engine, 'a'), engine.read(() => loadAgent('default', 'a')), engine.prisma.event.count()])
    const pids = await waitFor(watcher, 'true', 2)
    await terminate(watcher, pids)
    expect((await save(engine, 'a')).version).toBe(2)
    expect((await engine.read(() => loadAgent('default', 'a')))?.version).toBe(2)
    expect(engine.stats().connections).toMatchObject({ inUse: 0, waiting: 0 })
  })

  it('that others hold is waited for no longer than acquireTimeoutMs', async () => {
    const { engine } = await openWithNeighbour({ maxConnections: 1, acquireTimeoutMs: 50 })
    const [begun, over] = [gate(), gate()]
    const transaction = engine.transact(async () => {
      begun.open()
      await over.passed
    })
    await begun.passed
    await expect(save(engine, 'a')).rejects.toThrow('acquireTimeoutMs')
    await expect(engine.read(() => loadAgent('default', 'a'))).rejects.toThrow(StoreBusyError)
    over.open()
    await transaction
    expect((await save(engine, 'a')).version).toBe(1)
  })
})

describe('a lock that another transaction holds', () => {
  it('is waited for no longer than busyTimeoutMs', async () => {
    const { engine, neighbour } = await openWithNeighbour({ busyTimeoutMs: 50 })
    await save(engine, 'a')
    await lockAgents(neighbour)
    await expect(save(engine, 'a')).rejects.toThrow(StoreBusyError)
    await expect(save(engine, 'a')).rejects.toMatchObject({ retryable: true })
    const together = await Promise.allSettled([save(engine, 'a'), save(engine, 'b')])
    expect(together.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    await neighbour.query('ROLLBACK')
    expect((await save(engine, 'a')).version).toBe(2)
  })

  it('is let go of when its client was suspended for too long', async () => {
    const { url, engine } = await openWithNeighbour({ busyTimeoutMs: 20_000 })
    const other = await openOn(url, { busyTimeoutMs: 100 })
    await save(engine, 'a')
    const [locked, awake] = [gate(), gate()]
    const suspended = other.transact(async (transaction) => {
      await transaction.prisma.$executeRawUnsafe('SET LOCAL idle_in_transaction_session_timeout = 200')
      await save(transaction, 'a')
      locked.open()
      await awake.passed
      await save(transaction, 'b')
    })
    suspended.catch(() => {})
    await locked.passed
    expect((await save(engine, 'a')).version).toBe(2)
    awake.open()
    const error = await suspended.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StorageFailedError)
    expect(error).toMatchObject({ retryable: true })
    expect(await engine.read(() => loadAgent('default', 'b'))).toBeUndefined()
  })
})

describe('a nested transaction on a connection that is lost', () => {
  it('fails with an error that says so, and the whole runs again', async () => {
    const { engine, neighbour } = await openWithNeighbour()
    const errors: unknown[] = []
    const version = await engine.transact(async (transaction) => {
      await save(transaction, 'a')
      if (errors.length === 0) {
        const [pid] = await waitFor(neighbour, `state = 'idle in transaction'`)
        await valuesOf(neighbour, 'SELECT pg_terminate_backend($1, 5000)', [pid])
      }
      try {
        return await transaction.transact(async (nested) => (await save(nested, 'a')).version)
      } catch (error) {
        errors.push(error)
        throw error
      }
    })
    expect(version).toBe(2)
    expect(errors).toEqual([expect.any(StorageFailedError)])
    expect(errors).toEqual([expect.objectContaining({ retryable: true })])
  })
})

describe('what fails every time', () => {
  it('is not tried for as long as busyTimeoutMs: a row that is there already', async () => {
    const { engine, neighbour } = await openWithNeighbour({ busyTimeoutMs: 600_000 })
    await neighbour.query('CREATE UNIQUE INDEX only_one ON agent_states ((1))')
    await save(engine, 'a')
    await expect(save(engine, 'b')).rejects.toThrow(StorageFailedError)
    await expect(engine.transact((transaction) => save(transaction, 'b'))).rejects.toThrow(StorageFailedError)
    const together = await Promise.allSettled([save(engine, 'a'), save(engine, 'b'), save(engine, 'a')])
    expect(together.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })
})

describe('closing', () => {
  it('finishes what is under way first, and refuses what comes later', async () => {
    const { engine, neighbour, watcher } = await openWithNeighbour()
    await save(engine, 'a')
    // Loads it.
    await engine.prisma.event.count()
    await lockAgents(neighbour)
    // Prisma begins when it is asked for the result.
    const underWay = Promise.allSettled([
      save(engine, 'a'),
      save(engine, 'b'),
      engine.transact((transaction) => save(transaction, 'a')),
      engine.prisma.agentState.updateMany({ data: { name: 'Renamed' } }),
    ])
    await waitFor(watcher, IS_WAITING, 3)
    const closed = engine.close()
    await expect(save(engine, 'c')).rejects.toThrow(StoreClosedError)
    await expect(engine.read(() => loadAgent('default', 'a'))).rejects.toThrow(StoreClosedError)
    await neighbour.query('ROLLBACK')
    expect((await underWay).map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'))
    await closed
    await expect(engine.transact(async () => {})).rejects.toThrow(StoreClosedError)
    await engine.close()
    expect(await valuesOf(neighbour, 'SELECT agent_id FROM agent_states ORDER BY agent_id')).toEqual(['a', 'b'])
  })
})

describe('a write of one statement that reads on', () => {
  it('is not carried out twice when its connection is lost in between', async () => {
    const { engine, neighbour } = await openWithNeighbour()
    await neighbour.query('CREATE TABLE tally (n int); CREATE SEQUENCE once')
    const write = statement('INSERT INTO tally VALUES (1)', { isOnlyWrite: true })
    const breakOnce = statement(`SELECT pg_terminate_backend(pg_backend_pid()) WHERE nextval('once') = 1`)
    await engine.write(function* () {
      yield* execute(write, [])
      yield* execute(breakOnce, [])
    })
    expect(await valuesOf(neighbour, 'SELECT n FROM tally')).toEqual([1])
    expect(await valuesOf(neighbour, `SELECT nextval('once')::int`)).toEqual([3])
  })
})
