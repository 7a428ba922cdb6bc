import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import {
  countPrunable,
  createSnapshot,
  findAgent,
  listAgents,
  listRevisions,
  listSnapshots,
  loadAgent,
  loadRevision,
  nextAgent,
  saveAgent,
} from '../../src/operations.ts'
import { agent } from '../samples.ts'
import { openTemporary, temporaryFile } from '../temporary-folder.ts'

const AGENTS = 20
/** Large, also when it is compressed. */
const large = () => JSON.stringify(randomBytes(50_000).toString('hex'))
const RULE = { keepLast: 1, olderThan: undefined, keepEvery: undefined }

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

describe('what needs no state of an agent', () => {
  it('never reads a page of one: it succeeds where they are all destroyed', async () => {
    const file = temporaryFile()
    const engine = await openTemporary({ file })
    for (let i = 0; i < AGENTS; i++)
      await engine.write(() => saveAgent('default', agent(`agent ${i}`, { stateData: large() })))
    await engine.write(() => saveAgent('default', agent('agent 0', { stateData: large() })))
    await engine.write(() =>
      createSnapshot('default', { id: 's', agentId: 'agent 0', description: null, expiresAt: null }),
    )
    await engine.close()
    expect(destroyOverflowPages(file)).toBeGreaterThan(30 * AGENTS)

    const again = await openTemporary({ file })
    for (const status of [undefined, 'running']) {
      for (const includeDeleted of [false, true]) {
        const page = { status, includeDeleted, after: '', limit: 100 }
        expect(await again.read(() => listAgents('default', page))).toHaveLength(AGENTS)
      }
    }
    const snapshots = { agentId: 'agent 0', before: undefined, limit: 100 }
    expect(await again.read(() => listSnapshots('default', snapshots))).toHaveLength(1)
    const revisions = { agentId: 'agent 0', before: 100, limit: 100 }
    expect(await again.read(() => listRevisions('default', revisions))).toHaveLength(2)
    expect(await again.read(() => countPrunable('default', 'agent 0', RULE))).toMatchObject({ revisions: 1 })
    expect(await again.read(() => findAgent('default', 'agent 0'))).toMatchObject({ version: 2 })
    expect(await again.read(() => nextAgent('default', 'agent 0'))).toBe('agent 1')
    const snapshot = { id: 't', agentId: 'agent 0', description: null, expiresAt: null }
    expect(await again.write(() => createSnapshot('default', snapshot))).toMatchObject({ agentVersion: 2 })
    // And that they are destroyed, the load of one shows.
    await expect(again.read(() => loadAgent('default', 'agent 0'))).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
    await expect(again.read(() => loadRevision('default', 'agent 0', 1))).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
    })
  })
})
