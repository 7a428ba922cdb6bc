import path from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { damage } from '../processes/ledger.ts'
import { Program, usePrograms } from '../processes/program.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { CANNOT_INTERCEPT, preload, REASON } from './preload.ts'

usePrograms()

const allAcknowledged = {
  batch: ['acknowledged', 'acknowledged', 'acknowledged'],
  transaction: 'acknowledged',
  prisma: 'acknowledged',
  prismaBatch: 'acknowledged',
  read: 'before 1',
}

/** Runs the program while the disk fails in one way; resolves with what it was told, and what is there afterwards. */
async function writeWhile(fault: string) {
  const folder = temporaryFolder()
  const file = path.join(folder, 'state.db')
  const env = { ...preload('failing-disk', folder), FAILING_DISK: path.join(folder, 'fault') }
  const program = new Program('write-on-failing-disk', [file, fault], env)
  const told = JSON.parse(await program.says('{'))
  await program.exits()
  const database = new Database(file)
  const agents = database.prepare<[], string>('SELECT agent_id FROM agent_states').pluck().all()
  const events = database.prepare<[], string>(`SELECT id FROM events WHERE id NOT LIKE 'large%'`).pluck().all()
  const damages = damage(database)
  database.close()
  return { told, agents, events, damages }
}

function expectWritten({ agents, events }: { agents: string[]; events: string[] }, when: string): void {
  expect(agents).toEqual(expect.arrayContaining([`${when} 1`, `${when} 2`, `${when} 3`, `${when} in a transaction`]))
  expect(events).toContain(when)
}

describe.skipIf(CANNOT_INTERCEPT)(`a disk that fails${REASON}`, () => {
  it('when the log is synced: CommitUnknownError for all of the batch; the handle stays usable; nothing acknowledged is lost', async () => {
    const { told, damages, ...there } = await writeWhile('fsync -wal EIO')
    const unknown = 'COMMIT_UNKNOWN'
    expect(told.meanwhile).toEqual({
      batch: [unknown, unknown, unknown],
      transaction: unknown,
      prisma: unknown,
      prismaBatch: unknown,
      read: 'before 1',
    })
    expect(told).toMatchObject({ before: allAcknowledged, after: allAcknowledged, large: [unknown], open: 0 })
    for (const when of ['before', 'after']) expectWritten(there, when)
    expect(damages).toEqual([])
  })

  it('when the log is written: no write is acknowledged, and nothing that was is lost', async () => {
    const { told, damages, ...there } = await writeWhile('write -wal EIO')
    const unknown = 'COMMIT_UNKNOWN'
    expect(told.meanwhile).toEqual({
      batch: [unknown, unknown, unknown],
      transaction: unknown,
      prisma: unknown,
      prismaBatch: unknown,
      read: 'before 1',
    })
    expect(told).toMatchObject({ before: allAcknowledged, after: allAcknowledged, open: 0 })
    for (const when of ['before', 'after']) expectWritten(there, when)
    expect(damages).toEqual([])
  })

  it('for want of space: StorageFullError, and nothing of it is there', async () => {
    const { told, damages, ...there } = await writeWhile('write -wal ENOSPC')
    const full = 'STORAGE_FULL'
    expect(told.meanwhile).toEqual({
      batch: [full, full, full],
      transaction: full,
      prisma: full,
      prismaBatch: full,
      read: 'before 1',
    })
    expect(told).toMatchObject({ before: allAcknowledged, after: allAcknowledged, large: [full], open: 0 })
    for (const when of ['before', 'after']) expectWritten(there, when)
    expect([...there.agents, ...there.events].filter((id) => id.startsWith('meanwhile'))).toEqual([])
    expect(damages).toEqual([])
  })

  it('when the database itself is synced, at a checkpoint: writes are safe in the log, and go on', async () => {
    const { told, damages, ...there } = await writeWhile('fsync .db EIO')
    expect(told).toMatchObject({
      before: allAcknowledged,
      meanwhile: allAcknowledged,
      after: allAcknowledged,
      large: ['acknowledged'],
    })
    for (const when of ['before', 'meanwhile', 'after']) expectWritten(there, when)
    expect(damages).toEqual([])
  })

  it('is really looked at: when nothing fails, everything is acknowledged', async () => {
    const { told } = await writeWhile('nothing at all')
    expect(told).toMatchObject({
      before: allAcknowledged,
      meanwhile: allAcknowledged,
      after: allAcknowledged,
      large: ['acknowledged'],
    })
  })
})
