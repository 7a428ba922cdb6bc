import fs from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { createSnapshot, listAgents, listSnapshots, loadAgent, saveAgent } from '../../src/operations.ts'
import { agent } from '../samples.ts'
import { openTemporary, temporaryFile } from '../temporary-folder.ts'

const AGENTS = 20
const LARGE = JSON.stringify('x'.repeat(100_000))

/** Destroys every page that holds the rest of a long value, so that whoever reads one fails. */
function destroyOverflowPages(file: string): number {
  const database = new Database(file)
  const pageSize = database.pragma('page_size', { simple: true }) as number
  database.pragma('wal_checkpoint(TRUNCATE)')
  const pages = database.prepare<[], number>(`SELECT pageno FROM dbstat WHERE pagetype = 'overflow'`).pluck().all()
  database.close()
  const handle = fs.openSync(file, 'r+')
  for (const page of pages) fs.writeSync(handle, Buffer.alloc(pageSize, 0xff), 0, pageSize, (page - 1) * pageSize)
  fs.closeSync(handle)
  return pages.length
}

describe('a list of agents with large states', () => {
  it('never reads a page of a state: it succeeds where they are all destroyed', async () => {
    const file = temporaryFile()
    const engine = await openTemporary({ file })
    for (let i = 0; i < AGENTS; i++)
      await engine.write(() => saveAgent('default', agent(`agent ${i}`, { stateData: LARGE })))
    await engine.write(() =>
      createSnapshot('default', { id: 's', agentId: 'agent 0', description: null, expiresAt: null }),
    )
    await engine.close()
    expect(destroyOverflowPages(file)).toBeGreaterThan(20 * AGENTS)

    const again = await openTemporary({ file })
    for (const status of [undefined, 'running']) {
      for (const includeDeleted of [false, true]) {
        const page = { status, includeDeleted, after: '', limit: 100 }
        expect(await again.read(() => listAgents('default', page))).toHaveLength(AGENTS)
      }
    }
    const snapshots = { agentId: 'agent 0', before: undefined, limit: 100 }
    expect(await again.read(() => listSnapshots('default', snapshots))).toHaveLength(1)
    // And that they are destroyed, the load of one shows.
    await expect(again.read(() => loadAgent('default', 'agent 0'))).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
  })
})
