import type { Pool, PoolClient } from 'pg'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { CorruptDataError } from '../../src/errors.ts'
import { openEngine } from '../../src/open-engine.ts'
import { loadAgent, saveAgent } from '../../src/operations.ts'
import { openPool, withClient } from '../../src/postgresql/pool.ts'
import { Replicas } from '../../src/postgresql/replicas.ts'
import { agent } from '../samples.ts'
import { temporaryDatabase } from './database.ts'
import { type Cluster, startCluster } from './reliability-cluster.ts'

async function openOn(url: string) {
  const engine = await openEngine({ url })
  onTestFinished(() => engine.close())
  const save = () => engine.write(() => saveAgent('default', agent('a')))
  const load = async () => {
    const { result, server } = await engine.readEventually(() => loadAgent('default', 'a'))
    return { version: result?.version, isPrimary: server === 'primary' }
  }
  return { engine, save, load, replicas: () => engine.stats().connections.replicas }
}

/** A cluster whose standby shows version 1 of an agent that has two. */
async function startBehind(): Promise<Cluster & Awaited<ReturnType<typeof openOn>>> {
  const cluster = await startCluster('asynchronous')
  const opened = await openOn(cluster.url)
  await opened.save()
  await cluster.tell('catchUp')
  await cluster.tell('pause')
  await opened.save()
  return { ...cluster, ...opened }
}

describe('a read that may be behind', () => {
  it('goes to the primary while the standby is gone, many at once, and nobody is told', async () => {
    const { tell, load, replicas } = await startBehind()
    expect(await load()).toEqual({ version: 1, isPrimary: false })
    const underWay = Array.from({ length: 20 }, load)
    await tell('killStandby')
    for (const answer of await Promise.all([...underWay, ...Array.from({ length: 20 }, load)]))
      expect([1, 2]).toContain(answer.version)
    expect(await load()).toEqual({ version: 2, isPrimary: true })
    await vi.waitFor(() => expect(replicas()).toBe(0), 10_000)
  })

  it('goes to the primary while the standby does not know the tables yet', async () => {
    const cluster = await startCluster('asynchronous')
    await cluster.tell('pause')
    const { save, load } = await openOn(cluster.url)
    await save()
    expect(await load()).toEqual({ version: 1, isPrimary: true })
  })

  it('goes on when the standby has become the primary, and no longer holds a connection for reads to it', async () => {
    const { engine, save, tell, load, replicas } = await startBehind()
    expect(await load()).toEqual({ version: 1, isPrimary: false })
    await tell('kill')
    await tell('promote')
    // What it had heard of is shown.
    expect(await load()).toMatchObject({ version: 2 })
    expect(replicas()).toBe(0)
    expect((await save()).version).toBe(3)
    expect(await load()).toEqual({ version: 3, isPrimary: true })
    expect((await engine.read(() => loadAgent('default', 'a')))?.version).toBe(3)
  })

  it('is answered by the primary where the url names one server', async () => {
    const { save, load, replicas } = await openOn(await temporaryDatabase())
    await save()
    expect(await load()).toEqual({ version: 1, isPrimary: true })
    expect(replicas()).toBe(0)
  })
})

describe('a connection for reads', () => {
  it('takes no write, even when its server has become the primary', async () => {
    const { url, tell } = await startBehind()
    const pool = openPool(
      url,
      { durability: 'full', maxConnections: 1, acquireTimeoutMs: 5000, busyTimeoutMs: 1000 },
      'replica',
    )
    onTestFinished(() => pool.end())
    await withClient(pool, async (client) => {
      const write = () => client.query(`UPDATE agent_states SET name = 'x'`)
      await expect(write()).rejects.toMatchObject({ code: '25006' })
      await tell('kill')
      await tell('promote')
      await expect(write()).rejects.toMatchObject({ code: '25006' })
    })
  })
})

describe('whether there is a replica', () => {
  afterEach(() => void vi.restoreAllMocks())

  const client = { on() {}, off() {}, release() {}, query: async () => {} } as unknown as PoolClient
  const opened = (connect = async () => client) => new Replicas({ connect, totalCount: 0 } as unknown as Pool)
  const lost = Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })
  /** Lets what goes on beside the reads come to its end. */
  const settle = () => new Promise((resolve) => setImmediate(resolve))

  it('is found out by the first read, for which the others do not wait', async () => {
    const replicas = opened()
    const read = (name: string) => replicas.read(async () => name)
    const [first, second] = [read('first'), read('second')]
    expect(await second).toBeUndefined()
    expect(await first).toMatchObject({ result: 'first' })
    expect(await read('third')).toMatchObject({ result: 'third' })
  })

  it('is not asked again for ten seconds when there was none; no read waits for the answer then', async () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(0)
    const asked: ((client: PoolClient | Promise<never>) => void)[] = []
    const replicas = opened(() => new Promise((resolve) => asked.push(resolve)))
    const read = () => replicas.read(async () => 'x')
    const first = read()
    asked[0]?.(Promise.reject(lost))
    expect(await first).toBeUndefined()
    now.mockReturnValue(9_999)
    expect(await read()).toBeUndefined()
    expect(asked).toHaveLength(1)
    now.mockReturnValue(10_000)
    expect(await read()).toBeUndefined()
    expect(await read()).toBeUndefined()
    expect(asked).toHaveLength(2)
    asked[1]?.(client)
    await settle()
    const found = read()
    asked[2]?.(client)
    expect(await found).toMatchObject({ result: 'x' })
  })

  it('is asked at once when one has failed that was there, but for what is wrong with the rows', async () => {
    const replicas = opened()
    const read = (work = async () => 'x') => replicas.read(work)
    await read()
    expect(await read(() => Promise.reject(new CorruptDataError('agent_states', 'planted')))).toBeUndefined()
    expect(await read()).toMatchObject({ result: 'x' })
    expect(await read(() => Promise.reject(lost))).toBeUndefined()
    expect(await read()).toBeUndefined()
    await settle()
    expect(await read()).toMatchObject({ result: 'x' })
  })
})
