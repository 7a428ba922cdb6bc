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
    expect(replicas()).toBe(0)
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
    expect(pool.totalCount).toBe(0)
  })
})

describe('whether there is a replica', () => {
  afterEach(() => void vi.restoreAllMocks())

  const client = { on() {}, off() {}, release() {} } as unknown as PoolClient
  const opened = (connect = async () => client) => new Replicas({ connect, totalCount: 0 } as unknown as Pool)
  const lost = Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })

  it('is found out by one read, for which the others do not wait', async () => {
    const replicas = opened()
    let answer = (_: string) => {}
    const first = replicas.read(() => new Promise<string>((resolve) => (answer = resolve)))
    expect(await replicas.read(async () => 'second')).toBeUndefined()
    answer('first')
    expect(await first).toMatchObject({ result: 'first' })
    expect(await replicas.read(async () => 'third')).toMatchObject({ result: 'third' })
  })

  it('is not asked again for ten seconds when there was none', async () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(0)
    let attempts = 0
    const replicas = opened(async () => {
      if (++attempts < 3) throw lost
      return client
    })
    const read = () => replicas.read(async () => 'x')
    for (const [time, expected] of [
      [0, 1],
      [0, 1],
      [9_999, 1],
      [10_000, 2],
      [19_999, 2],
      [20_000, 3],
      [20_000, 4],
    ] as const) {
      now.mockReturnValue(time)
      expect(await read()).toEqual(attempts < 3 ? undefined : expect.objectContaining({ result: 'x' }))
      expect(attempts).toBe(expected)
    }
  })

  it('is asked again at once when one has failed that was there, but for what is wrong with the rows', async () => {
    let attempts = 0
    const replicas = opened(async () => {
      attempts++
      return client
    })
    const failing = (error: Error) => replicas.read(() => Promise.reject(error))
    await replicas.read(async () => 'x')
    expect(await failing(new CorruptDataError('agent_states', 'planted'))).toBeUndefined()
    expect(await failing(lost)).toBeUndefined()
    expect(await replicas.read(async () => 'x')).toMatchObject({ result: 'x' })
    expect(attempts).toBe(4)
  })
})
