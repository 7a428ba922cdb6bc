import { describe, expect, it, onTestFinished } from 'vitest'
import { openEngine } from '../../src/open-engine.ts'
import { saveAgent } from '../../src/operations.ts'
import type { Durability } from '../../src/sqlite/connection.ts'
import { agent } from '../samples.ts'
import { expectToFindLosses, findLosses, Load } from './reliability-ledger.ts'
import { startPostgresql } from './server.ts'

async function openOnServer(settings: readonly string[] = [], durability?: Durability) {
  const server = await startPostgresql(settings)
  onTestFinished(() => server.stop())
  const engine = await openEngine({ url: server.url('postgres'), durability })
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
    const settings = ['wal_writer_delay=10s', 'autovacuum=off', 'wal_writer_flush_after=0']
    const { server, engine } = await openOnServer(settings, 'normal')
    const stateData = '{"n":1}'
    const { version } = await engine.write(() => saveAgent('default', agent('one', { stateData })))
    await server.crash()
    expect(await findLosses(engine, [{ agentId: 'one', version, stateData }])).toContain('version 1 of one')
  })
})
