import { AsyncResource } from 'node:async_hooks'
import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { OutsideTransactionError, StoreBusyError, StoreClosedError } from '../src/errors.ts'
import { listAgents, loadAgent, saveAgent } from '../src/operations.ts'
import type { Connection } from '../src/sqlite/connection.ts'
import { agent } from './samples.ts'
import { stopTheClock } from './stop-the-clock.ts'
import { openTemporary, temporaryFile } from './temporary-folder.ts'

const SETTINGS = [
  'journal_mode',
  'synchronous',
  'foreign_keys',
  'trusted_schema',
  'cell_size_check',
  'mmap_size',
  'cache_size',
  'busy_timeout',
  'fullfsync',
  'checkpoint_fullfsync',
]

const settings = (connection: Connection) =>
  Object.fromEntries(SETTINGS.map((name) => [name, connection.database.pragma(name, { simple: true })]))

const SAFE = {
  journal_mode: 'wal',
  synchronous: 2,
  foreign_keys: 1,
  trusted_schema: 0,
  cell_size_check: 1,
  mmap_size: 0,
  cache_size: -65_536,
  busy_timeout: 0,
  fullfsync: 1,
  checkpoint_fullfsync: 1,
}

const ALL = { status: undefined, includeDeleted: false, after: '', limit: 100 }

describe('the connections of an engine', () => {
  it('have every setting that safety needs: the writer, and the reader beside a transaction', async () => {
    const engine = await openTemporary()
    expect(await engine.performWrite(settings)).toEqual(SAFE)
    expect(await engine.performWrite(({ database }) => database.pragma('journal_size_limit', { simple: true }))).toBe(
      67_108_864,
    )
    const transaction = await engine.begin()
    const reader = await engine.performRead((connection) => ({
      ...settings(connection),
      readonly: connection.database.readonly,
    }))
    expect(reader).toEqual({ ...SAFE, readonly: true })
    transaction.rollback()
  })

  it('with durability normal sync the log at checkpoints only', async () => {
    const engine = await openTemporary({ durability: 'normal' })
    expect(await engine.performWrite(settings)).toEqual({ ...SAFE, synchronous: 1 })
  })

  it('keep the file, its log and its index from other users', async () => {
    const file = temporaryFile()
    const before = process.umask(0)
    const engine = await openTemporary({ file })
    process.umask(before)
    await engine.write(() => saveAgent('default', agent('a')))
    for (const name of [file, `${file}-wal`, `${file}-shm`]) expect(fs.statSync(name).mode & 0o777, name).toBe(0o600)
  })

  it('leave the permissions of a file that is there as they are', async () => {
    const file = temporaryFile()
    fs.writeFileSync(file, '', { mode: 0o640 })
    await openTemporary({ file })
    expect(fs.statSync(file).mode & 0o777).toBe(0o640)
  })

  it('in memory: one, with the same answers', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    const order: string[] = []
    await engine.write(() => saveAgent('default', agent('a')))
    const transaction = engine.transact(async (inside) => {
      await inside.write(() => saveAgent('default', agent('b')))
      await new Promise((resolve) => setTimeout(resolve, 20))
      order.push('transaction')
    })
    await new Promise((resolve) => setImmediate(resolve))
    const read = engine.read(() => loadAgent('default', 'b')).then((row) => order.push(`read ${row?.agentId}`))
    await Promise.all([transaction, read])
    expect(order).toEqual(['transaction', 'read b'])
    expect(engine.stats().connections).toMatchObject({ open: 1, inUse: 0 })
  })
})

describe('reads beside an open transaction', () => {
  it('see what is committed, and do not wait', async () => {
    const engine = await openTemporary()
    await engine.write(() => saveAgent('default', agent('a')))
    // Called from elsewhere in the program, not from inside the transaction, which would be refused.
    const elsewhere = new AsyncResource('elsewhere')
    await engine.transact(async (transaction) => {
      await transaction.write(() => saveAgent('default', agent('a', { status: 'changed' })))
      await transaction.write(() => saveAgent('default', agent('b')))
      const outside = await elsewhere.runInAsyncScope(() => engine.read(() => listAgents('default', ALL)))
      expect(outside).toMatchObject([{ agentId: 'a', status: 'running' }])
      expect(await transaction.read(() => listAgents('default', ALL))).toHaveLength(2)
      expect(engine.stats().connections).toMatchObject({ open: 2, inUse: 1 })
    })
    expect(await engine.read(() => listAgents('default', ALL))).toHaveLength(2)
  })

  it('see, on the next call, what was committed meanwhile', async () => {
    const file = temporaryFile()
    const [engine, other] = [await openTemporary({ file }), await openTemporary({ file })]
    for (const id of ['a', 'b', 'c']) {
      await other.write(() => saveAgent('default', agent(id)))
      const transaction = await engine.begin()
      expect(await engine.read(() => loadAgent('default', id))).toBeDefined()
      transaction.rollback()
    }
  })

  it('with maxConnections 1 wait for it, and see what it wrote', async () => {
    const engine = await openTemporary({ maxConnections: 1 })
    const transaction = await engine.begin()
    transaction.run((connection) => connection.run(saveAgent('default', agent('a'))))
    const read = engine.read(() => loadAgent('default', 'a'))
    expect(engine.stats().connections).toEqual({ max: 1, open: 1, inUse: 1, waiting: 1, replicas: 0 })
    transaction.commit()
    expect(await read).toMatchObject({ agentId: 'a' })
    expect(engine.stats().connections).toEqual({ max: 1, open: 1, inUse: 0, waiting: 0, replicas: 0 })
  })

  it('and writes, wait no longer than acquireTimeoutMs; the transaction goes on', async () => {
    const engine = await openTemporary({ maxConnections: 1, acquireTimeoutMs: 100 })
    const transaction = await engine.begin()
    const started = performance.now()
    const waiting = [
      engine.write(() => saveAgent('default', agent('late'))),
      engine.read(() => loadAgent('default', 'late')),
      engine.begin(),
      engine.prisma.agentState.count(),
    ]
    const settled = await Promise.allSettled(waiting)
    expect(performance.now() - started).toBeGreaterThanOrEqual(100)
    for (const result of settled) expect(String((result as PromiseRejectedResult).reason)).toMatch(/acquireTimeoutMs/)
    expect((settled[0] as PromiseRejectedResult).reason).toBeInstanceOf(StoreBusyError)
    transaction.run((connection) => connection.run(saveAgent('default', agent('in time'))))
    transaction.commit()
    expect(await engine.read(() => listAgents('default', ALL))).toMatchObject([{ agentId: 'in time' }])
    expect(engine.stats()).toMatchObject({ writes: { queued: 0 }, transactions: { open: 0, committed: 1 } })
  })

  it('that have waited in vain do not shorten the wait of those that come later', async () => {
    const engine = await openTemporary({ acquireTimeoutMs: 200 })
    const transaction = await engine.begin()
    const waited = async () => {
      const started = performance.now()
      await expect(engine.begin()).rejects.toBeInstanceOf(StoreBusyError)
      return performance.now() - started
    }
    const first = waited()
    await new Promise((resolve) => setTimeout(resolve, 100))
    for (const time of await Promise.all([first, waited()])) expect(time).toBeGreaterThanOrEqual(200)
    transaction.rollback()
  })
})

describe('closing an engine', () => {
  it('waits for writes in flight, reads and open transactions', async () => {
    const file = temporaryFile()
    const engine = await openTemporary({ file })
    const done: string[] = []
    const transaction = engine.transact(async (inside) => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      await inside.write(() => saveAgent('default', agent('in a transaction')))
      done.push('transaction')
    })
    await new Promise((resolve) => setImmediate(resolve))
    const writes = Array.from({ length: 600 }, (_, i) => engine.write(() => saveAgent('default', agent(`agent ${i}`))))
    const all = Promise.all(writes).then(() => done.push('writes'))
    const closing = engine.close().then(() => done.push('closed'))
    await Promise.all([transaction, all, closing])
    expect(done).toEqual(['transaction', 'writes', 'closed'])
    expect(fs.existsSync(`${file}-wal`)).toBe(false)
    const again = await openTemporary({ file })
    expect(await again.prisma.agentState.count()).toBe(601)
  })

  it('refuses what comes after, from the moment it is asked for', async () => {
    const engine = await openTemporary()
    const closing = engine.close()
    const calls = [
      engine.write(() => saveAgent('default', agent('late'))),
      engine.read(() => loadAgent('default', 'late')),
      engine.transact(async () => {}),
    ]
    for (const call of calls) await expect(call).rejects.toBeInstanceOf(StoreClosedError)
    await Promise.all([closing, engine.close(), engine.close()])
    await expect(engine.write(() => saveAgent('default', agent('late')))).rejects.toBeInstanceOf(StoreClosedError)
    expect(engine.stats().connections.open).toBe(0)
  })

  it('from inside a transaction is refused, for it would wait for itself; the transaction goes on', async () => {
    const engine = await openTemporary()
    await engine.transact(async (transaction) => {
      await expect(engine.close()).rejects.toBeInstanceOf(OutsideTransactionError)
      await transaction.write(() => saveAgent('default', agent('a')))
    })
    expect(await engine.read(() => loadAgent('default', 'a'))).toBeDefined()
  })
})

describe('stats()', () => {
  it('counts what was done, and shows what is going on', async () => {
    const engine = await openTemporary()
    stopTheClock()
    const writes = Array.from({ length: 5 }, (_, i) => engine.write(() => saveAgent('default', agent(`agent ${i}`))))
    expect(engine.stats()).toMatchObject({
      connections: { max: 10, open: 1, inUse: 0, waiting: 5 },
      writes: { queued: 5, batches: 0 },
    })
    await Promise.all(writes)
    expect(engine.stats().writes).toEqual({
      queued: 0,
      batches: 1,
      committed: 5,
      largestBatch: 5,
      replays: 0,
      busyRetries: 0,
    })
    await engine.transact(async () => {
      expect(engine.stats().transactions).toEqual({ open: 1, committed: 0, rolledBack: 0 })
    })
    await engine.transact(() => Promise.reject(new Error('changed my mind'))).catch(() => {})
    expect(engine.stats().transactions).toEqual({ open: 0, committed: 1, rolledBack: 1 })
  })

  it('shows batches that are bounded: 128 writes at most', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    stopTheClock()
    await Promise.all(Array.from({ length: 1_200 }, () => engine.performWrite(() => 1)))
    expect(engine.stats().writes).toMatchObject({ committed: 1_200, largestBatch: 128, batches: 10 })
  })

  it('shows batches that are bounded: a slow write ends its batch, so that the event loop goes on', async () => {
    const engine = await openTemporary({ url: ':memory:' })
    const slow = () => {
      const until = performance.now() + 6
      while (performance.now() < until);
    }
    await Promise.all(Array.from({ length: 5 }, () => engine.performWrite(slow)))
    expect(engine.stats().writes).toMatchObject({ batches: 5, largestBatch: 1 })
  })
})
