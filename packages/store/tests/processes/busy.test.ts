import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { describe, expect, it, vi } from 'vitest'
import { StoreBusyError } from '../../src/errors.ts'
import { loadAgent, saveAgent } from '../../src/operations.ts'
import { agent } from '../samples.ts'
import { stopTheClock } from '../stop-the-clock.ts'
import { openTemporary, temporaryFile } from '../temporary-folder.ts'
import { Program, usePrograms } from './program.ts'

usePrograms()

/** How often a 5 ms timer fired while `work` was under way. */
async function watchEventLoop<T>(work: () => Promise<T>) {
  let ticks = 0
  const timer = setInterval(() => ticks++, 5)
  const started = performance.now()
  const result = await work()
  const elapsedMs = performance.now() - started
  clearInterval(timer)
  return { result, ticks, elapsedMs }
}

async function neighbourHolding(file: string): Promise<Program> {
  const neighbour = new Program('hold-lock', [file])
  await neighbour.says('held')
  return neighbour
}

describe('beside a process that holds the write lock', () => {
  it('the event loop goes on and reads succeed; writes get StoreBusyError after busyTimeoutMs', async () => {
    const file = temporaryFile()
    const engine = await openTemporary({ file, busyTimeoutMs: 400 })
    await engine.write(() => saveAgent('default', agent('before')))
    const neighbour = await neighbourHolding(file)
    const seen = await watchEventLoop(async () => {
      const writes = ['a', 'b', 'c'].map((id) =>
        engine.write(() => saveAgent('default', agent(id))).catch((error: unknown) => error),
      )
      expect(await engine.read(() => loadAgent('default', 'before'))).toBeDefined()
      return [...(await Promise.all(writes)), await engine.transact(async () => {}).catch((error: unknown) => error)]
    })
    expect(seen.result.map((error) => error instanceof StoreBusyError && error.retryable)).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(String(seen.result[0])).toMatch(/busyTimeoutMs/)
    expect(seen.elapsedMs).toBeGreaterThanOrEqual(800)
    expect(seen.ticks).toBeGreaterThan(20)
    expect(engine.stats().writes).toMatchObject({ queued: 0, committed: 1 })
    expect(engine.stats().writes.busyRetries).toBeGreaterThan(10)
    neighbour.tell('let go')
    await neighbour.exits()
    await engine.write(() => saveAgent('default', agent('a')))
    expect(await engine.prisma.agentState.findMany({ select: { agentId: true } })).toEqual([
      { agentId: 'a' },
      { agentId: 'before' },
    ])
  })

  it("is really looked at: SQLite's own busy timeout stops the event loop", async () => {
    const file = temporaryFile()
    await openTemporary({ file })
    await neighbourHolding(file)
    const blocking = new Database(file, { timeout: 400 })
    const seen = await watchEventLoop(async () => {
      await sleep(1)
      expect(() => blocking.exec('BEGIN IMMEDIATE')).toThrow('locked')
      await sleep(1)
    })
    blocking.close()
    expect(seen.elapsedMs).toBeGreaterThanOrEqual(400)
    expect(seen.ticks).toBeLessThan(5)
  })

  it('writes succeed, in order, when it lets go in time', async () => {
    const file = temporaryFile()
    const engine = await openTemporary({ file, busyTimeoutMs: 20_000 })
    const neighbour = await neighbourHolding(file)
    const settled: string[] = []
    const save = (id: string) => engine.write(() => saveAgent('default', agent(id))).then(() => settled.push(id))
    const writes = [save('a'), save('b')]
    await vi.waitUntil(() => engine.stats().writes.busyRetries > 1, { timeout: 20_000 })
    writes.push(save('c'))
    expect(settled).toEqual([])
    stopTheClock()
    expect(engine.stats()).toMatchObject({ writes: { queued: 3, committed: 0 }, connections: { waiting: 3, inUse: 0 } })
    neighbour.tell('let go')
    await Promise.all(writes)
    expect(settled).toEqual(['a', 'b', 'c'])
    expect(engine.stats().writes).toMatchObject({ queued: 0, committed: 3, batches: 1, largestBatch: 3 })
  })

  it('each write waits its own busyTimeoutMs, counted from its own beginning', async () => {
    const file = temporaryFile()
    const engine = await openTemporary({ file, busyTimeoutMs: 300 })
    await neighbourHolding(file)
    const waited = async (id: string) => {
      const started = performance.now()
      await expect(engine.write(() => saveAgent('default', agent(id)))).rejects.toBeInstanceOf(StoreBusyError)
      return performance.now() - started
    }
    const first = waited('a')
    await sleep(150)
    const times = await Promise.all([first, waited('b')])
    for (const time of times) expect(time).toBeGreaterThanOrEqual(300)
  })

  it('a busyTimeoutMs of 0 does not wait at all', async () => {
    const file = temporaryFile()
    const engine = await openTemporary({ file, busyTimeoutMs: 0 })
    await neighbourHolding(file)
    await expect(engine.write(() => saveAgent('default', agent('a')))).rejects.toBeInstanceOf(StoreBusyError)
    expect(engine.stats().writes.busyRetries).toBe(1)
  })

  it('a store that exists is opened', async () => {
    const file = temporaryFile()
    const first = await openTemporary({ file })
    await first.write(() => saveAgent('default', agent('a')))
    await neighbourHolding(file)
    const second = await openTemporary({ file, busyTimeoutMs: 100 })
    expect(await second.read(() => loadAgent('default', 'a'))).toBeDefined()
  })

  it('a store that is yet to be made is refused with StoreBusyError, after busyTimeoutMs', async () => {
    const file = temporaryFile()
    new Database(file).close()
    const neighbour = await neighbourHolding(file)
    const seen = await watchEventLoop(async () =>
      openTemporary({ file, busyTimeoutMs: 300 }).catch((error: unknown) => error),
    )
    expect(seen.result).toBeInstanceOf(StoreBusyError)
    expect(seen.elapsedMs).toBeGreaterThanOrEqual(300)
    expect(seen.ticks).toBeGreaterThan(10)
    neighbour.tell('let go')
    await neighbour.exits()
    await openTemporary({ file })
  })

  it('close() waits for a write that waits for the lock', async () => {
    const file = temporaryFile()
    const engine = await openTemporary({ file, busyTimeoutMs: 20_000 })
    const neighbour = await neighbourHolding(file)
    const order: string[] = []
    const write = engine.write(() => saveAgent('default', agent('a'))).then(() => order.push('written'))
    const closing = engine.close().then(() => order.push('closed'))
    await sleep(30)
    expect(order).toEqual([])
    neighbour.tell('let go')
    await Promise.all([write, closing])
    expect(order).toEqual(['written', 'closed'])
  })

  it('that is killed, its lock is free at once', async () => {
    const file = temporaryFile()
    const engine = await openTemporary({ file, busyTimeoutMs: 20_000 })
    const neighbour = await neighbourHolding(file)
    const write = engine.write(() => saveAgent('default', agent('a')))
    await sleep(20)
    await neighbour.kill()
    await write
  })
})
