import { describe, expect, it, onTestFinished } from 'vitest'
import { CommitUnknownError } from '../../src/errors.ts'
import { openEngine } from '../../src/open-engine.ts'
import { loadAgent, saveAgent } from '../../src/operations.ts'
import { agent } from '../samples.ts'
import { connect, valuesOf } from './connect.ts'
import { startCluster } from './reliability-cluster.ts'
import { expectToFindLosses, findLosses, Load } from './reliability-ledger.ts'

async function openOn(url: string) {
  const engine = await openEngine({ url })
  onTestFinished(() => engine.close())
  return engine
}

describe('a primary that is killed under load, and its synchronous standby promoted', () => {
  it('costs callers nothing but time, and nothing that was acknowledged is missing', async () => {
    const cluster = await startCluster('synchronous')
    const engine = await openOn(cluster.url)
    const load = new Load(engine)
    await load.goesOn(60)
    await cluster.tell('kill')
    await cluster.tell('promote')
    await load.goesOn(60)
    // The old one comes back; it stands first in the url, and takes no writes.
    await cluster.tell('return')
    const standby = await connect(cluster.standbyUrl)
    await valuesOf(
      standby,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    )
    await load.goesOn(60)
    await load.ends()
    expect(await findLosses(await openOn(cluster.standbyUrl), load.acknowledged)).toEqual([])
    await expectToFindLosses(engine, load)
    expect(engine.stats().connections).toMatchObject({ inUse: 0, waiting: 0 })
  })

  it('is really looked at: of a standby that need not confirm, what was acknowledged meanwhile is found missing', async () => {
    const cluster = await startCluster('asynchronous')
    const engine = await openOn(cluster.url)
    const load = new Load(engine)
    await load.goesOn(20)
    await cluster.tell('cut')
    await load.goesOn(20)
    await load.ends()
    await cluster.tell('kill')
    await cluster.tell('promote')
    expect(await findLosses(engine, load.acknowledged)).not.toEqual([])
  })
})

describe('a COMMIT that its synchronous standby has not confirmed', () => {
  it('is not taken for carried out when the server gives up waiting', async () => {
    const cluster = await startCluster('synchronous')
    const engine = await openOn(cluster.url)
    await engine.write(() => saveAgent('default', agent('a')))
    const watcher = await connect(cluster.url.replace(/,[^/]*/, ''))
    await cluster.tell('cut')
    const attempts = [
      () => engine.write(() => saveAgent('default', agent('a'))),
      () => engine.transact((transaction) => transaction.write(() => saveAgent('default', agent('a')))),
    ]
    for (const attempt of attempts) {
      const written = attempt()
      written.catch(() => {})
      const waiting = `SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'`
      let pids: unknown[] = []
      while (pids.length === 0) pids = await valuesOf(watcher, waiting)
      // As when statement_timeout is over.
      await watcher.query('SELECT pg_cancel_backend($1)', pids)
      await expect(written).rejects.toThrow(CommitUnknownError)
    }
    // Stored it is, on a server that may not be the one to stay.
    expect((await engine.read(() => loadAgent('default', 'a')))?.version).toBe(3)
  })
})
