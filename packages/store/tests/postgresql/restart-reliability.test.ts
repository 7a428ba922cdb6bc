import { describe, expect, it, onTestFinished } from 'vitest'
import { openEngine } from '../../src/open-engine.ts'
import { saveAgent, saveEvents } from '../../src/operations.ts'
import type { Durability } from '../../src/sqlite/connection.ts'
import { agent, event } from '../samples.ts'
import { expectToFindLosses, findLosses, Load } from './reliability-ledger.ts'
import { startPostgresql } from './server.ts'

async function openOnServer(settings: readonly string[] = [], durability?: Durability) {
  const server = await startPostgresql(settings)
  onTestFinished(() => server.stop())
  // Time enough for a busy machine to start the server in.
  const patience = { acquireTimeoutMs: 50_000, busyTimeoutMs: 50_000 }
  const engine = await openEngine({ url: server.url('postgres'), durability, ...patience })
  onTestFinished(() => engine.close())
  return { server, engine }
}

describe('a server that goes down under load and comes back', () => {
  it.each(['restart', 'crash'] as const)(
    '(%s) holds all that was acknowledged, and no halves; its callers only waited',
    async (how) => {
      const { server, engine } = await openOnServer()
      const load = new Load(engine)
      for (let cycle = 0; cycle < 3; cycle++) {
        await load.goesOn(40)
        await server[how]()
        await load.goesOn(40)
      }
      await load.ends()
      expect(await findLosses(engine, load.acknowledged)).toEqual([])
      await expectToFindLosses(engine, load)
      expect(engine.stats().connections).toMatchObject({ inUse: 0, waiting: 0 })
      expect(engine.stats().transactions.open).toBe(0)
    },
  )

  it('is really looked at: with durability "normal", what was acknowledged just before a crash is found missing', async () => {
    // What is not waited for is written once in ten seconds; in case that is just now, there is another try.
    const settings = ['wal_writer_delay=10s', 'wal_writer_flush_after=1GB', 'autovacuum=off']
    const { server, engine } = await openOnServer(settings, 'normal')
    let losses: string[] = []
    for (let n = 1; n <= 5 && losses.length === 0; n++) {
      const stateData = JSON.stringify({ n })
      const { version } = await engine.write(() => saveAgent('default', agent('one', { stateData })))
      const events = [1, 2].map((i) => event(`one/${n}/${i}`, { sessionId: `one/${n}` }))
      await engine.write(() => saveEvents('default', events))
      await server.crash()
      losses = await findLosses(engine, [{ agentId: 'one', version, stateData }])
    }
    expect(losses).not.toEqual([])
  })
})
