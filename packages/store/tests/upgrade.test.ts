import fs from 'node:fs'
import Database from 'better-sqlite3'
import { beforeEach, describe, expect, it } from 'vitest'
import { SQLITE_MIGRATIONS } from '../src/migrations/embedded.ts'
import { migrate } from '../src/migrations/migrate.ts'
import {
  forkAgent,
  listAgents,
  listRevisions,
  listSnapshots,
  loadAgent,
  loadRevision,
  pruneRevisions,
  purgeAgent,
  restoreSnapshot,
  saveAgent,
  updateAgentStatus,
} from '../src/operations.ts'
import { Connection } from '../src/sqlite/connection.ts'
import type { SqliteEngine } from '../src/sqlite/sqlite-engine.ts'
import { agent } from './samples.ts'
import { openTemporary, temporaryFile } from './temporary-folder.ts'

const NS = 'default'
/** How many migrations there were before there were revisions. */
const OLD = SQLITE_MIGRATIONS.findIndex(({ name }) => name.endsWith('_agent_revisions'))
const moment = (minute: number) => `2026-01-02T03:${String(minute).padStart(2, '0')}:00.000+00:00`
const state = (word: string) => JSON.stringify({ word, text: 'so that it is worth a delta '.repeat(20) })

const NAMES = ['plain', 'a "quote"', "it's; --", 'two\nlines\r\n', 'tab\t\u0001\u001f\u007f', '\u2028 é 😀', '\\', ' ']
const METADATA = [null, '5', '-1.5', '0.30000000000000004', '1e+21', '5e-324', '"5"', 'null', '{"a": [1]}\n', '[]']

interface OldAgent {
  id: string
  version?: number
  state?: string
  name?: string
  metadata?: string | null
  deletedAt?: string | null
}

interface OldSnapshot {
  id: string
  agentId: string
  version: number
  minute: number
  state: string
}

/** A database as the version before revisions left it. */
function oldDatabase(file: string, agents: readonly OldAgent[], snapshots: readonly OldSnapshot[] = []): void {
  const database = new Database(file)
  database.pragma('journal_mode = WAL')
  migrate(new Connection(database), SQLITE_MIGRATIONS.slice(0, OLD), `file:${file}`)
  const insertAgent = database.prepare(
    `INSERT INTO agent_states (agent_id, name, status, metadata, version, created_at, updated_at, deleted_at, state_data) VALUES (?, ?, 'idle', ?, ?, ?, ?, ?, ?)`,
  )
  for (const { id, version = 1, name = 'Old', metadata = null, deletedAt = null, ...given } of agents)
    insertAgent.run(id, name, metadata, version, moment(0), moment(50), deletedAt, given.state ?? state('head'))
  const insertSnapshot = database.prepare(
    'INSERT INTO state_snapshots (id, agent_id, agent_version, created_at, state_data) VALUES (?, ?, ?, ?, ?)',
  )
  for (const snapshot of snapshots)
    insertSnapshot.run(snapshot.id, snapshot.agentId, snapshot.version, moment(snapshot.minute), snapshot.state)
  database.exec(`INSERT INTO events (id, event_type, session_id, actor_type, actor_id, content)
    VALUES ('e', 't', 's', 'agent', 'a', 'an old word')`)
  database.close()
}

const load = (engine: SqliteEngine, agentId: string) => engine.read(() => loadAgent(NS, agentId))
const loadVersion = (engine: SqliteEngine, agentId: string, version: number) =>
  engine.read(() => loadRevision(NS, agentId, version))
const save = (engine: SqliteEngine, agentId: string, word: string) =>
  engine.write(() => saveAgent(NS, agent(agentId, { stateData: state(word), revive: true })))
const restore = (engine: SqliteEngine, snapshotId: string) =>
  engine.write(() => restoreSnapshot(NS, { snapshotId, schemaVersion: 1 }))
const revisions = (engine: SqliteEngine, agentId: string) =>
  engine.read(() => listRevisions(NS, { agentId, before: Number.MAX_SAFE_INTEGER, limit: 100 }))
const parsed = (metadata: string | number | null | undefined) =>
  typeof metadata === 'string' ? JSON.parse(metadata) : metadata

let file: string
beforeEach(() => {
  file = temporaryFile()
})

describe('agents of a database from before there were revisions', () => {
  it('are as they were, whatever their names and metadata are', async () => {
    const agents = NAMES.flatMap((name, i) =>
      METADATA.map((metadata, j) => ({ id: `${i} ${j}`, name, metadata, state: ` [${j},\n"${i}"]`, version: 1 + j })),
    )
    oldDatabase(file, agents)
    const engine = await openTemporary({ file })
    expect(
      await engine.read(() => listAgents(NS, { status: 'idle', includeDeleted: false, after: '', limit: 1000 })),
    ).toHaveLength(agents.length)
    for (const { id, name, metadata, version, ...given } of agents) {
      const times = { createdAt: moment(0), updatedAt: moment(50), deletedAt: null, parentAgentId: null }
      const expected = { agentId: id, name, status: 'idle', version, stateData: given.state, ...times }
      expect(await load(engine, id)).toMatchObject(expected)
      // Once another version is the newest, the history alone tells of this one.
      await save(engine, id, 'new')
      const old = await loadVersion(engine, id, version)
      expect(old).toMatchObject({ name, status: 'idle', version, stateData: given.state, updatedAt: moment(50) })
      expect(parsed(old?.metadata)).toEqual(parsed(metadata))
    }
  })

  it('go on with their versions, and with deltas from the second save on', async () => {
    oldDatabase(file, [{ id: 'a', version: 7 }])
    const engine = await openTemporary({ file })
    expect(await save(engine, 'a', 'one')).toMatchObject({ version: 8, createdAt: moment(0) })
    const status = { agentId: 'a', status: 'x', reason: null, expectedVersion: 8, transitionId: 't' }
    expect(await engine.write(() => updateAgentStatus(NS, status))).toMatchObject({ version: 9 })
    await save(engine, 'a', 'two')
    const kinds = (await revisions(engine, 'a')).map(({ version, kind }) => [version, kind])
    expect(kinds).toEqual([
      [10, 'delta'],
      [9, 'delta'],
      [8, 'keyframe'],
      [7, 'plain'],
    ])
    const states = [7, 8, 9, 10].map(async (version) => (await loadVersion(engine, 'a', version))?.stateData)
    expect(await Promise.all(states)).toEqual(['head', 'one', 'one', 'two'].map(state))
  })

  it('can have their status updated, be pinned and be forked as they are', async () => {
    oldDatabase(file, [{ id: 'a', version: 7 }])
    const engine = await openTemporary({ file })
    const fork = { parentAgentId: 'a', version: undefined, agentId: 'fork', schemaVersion: 1 }
    expect(await engine.write(() => forkAgent(NS, fork))).toMatchObject({ parentVersion: 7, stateData: state('head') })
    const status = { agentId: 'a', status: 'x', reason: null, expectedVersion: 7, transitionId: 't' }
    expect(await engine.write(() => updateAgentStatus(NS, status))).toMatchObject({ version: 8, status: 'x' })
    await save(engine, 'a', 'two')
    await save(engine, 'fork', 'three')
    expect((await loadVersion(engine, 'a', 8))?.stateData).toBe(state('head'))
    expect((await loadVersion(engine, 'fork', 1))?.stateData).toBe(state('head'))
    expect((await loadVersion(engine, 'fork', 1))?.name).toBe('Old')
  })

  it('that were deleted stay so until they are revived', async () => {
    oldDatabase(file, [{ id: 'a', version: 3, deletedAt: moment(51) }])
    const engine = await openTemporary({ file })
    expect(await load(engine, 'a')).toBeUndefined()
    expect(await loadVersion(engine, 'a', 3)).toMatchObject({ deletedAt: moment(51), stateData: state('head') })
    await expect(engine.write(() => saveAgent(NS, agent('a')))).rejects.toMatchObject({ code: 'AGENT_DELETED' })
    expect(await save(engine, 'a', 'again')).toMatchObject({ version: 4, deletedAt: null })
  })
})

describe('snapshots of a database from before there were revisions', () => {
  const snapshot = (id: string, version: number, word: string, agentId = 'a'): OldSnapshot => ({
    ...{ id, agentId, version, state: state(word) },
    minute: Number(id),
  })

  it('are restored with their states, and are in the history as the versions that they were taken of', async () => {
    const snapshots = [1, 2, 2, 4, 4, 5].map((version, i) => snapshot(`${i}`, version, `version ${version}`))
    oldDatabase(file, [{ id: 'a', version: 5, state: state('version 5') }], snapshots)
    const engine = await openTemporary({ file })
    const listed = await engine.read(() => listSnapshots(NS, { agentId: 'a', before: undefined, limit: 100 }))
    expect(listed.map(({ id, agentVersion, createdAt }) => [id, agentVersion, createdAt])).toEqual(
      snapshots.map(({ id, version, minute }) => [id, version, moment(minute)]).reverse(),
    )
    expect((await revisions(engine, 'a')).map(({ version }) => version)).toEqual([5, 4, 2, 1])
    for (const { id, version } of snapshots) {
      expect((await loadVersion(engine, 'a', version))?.stateData).toBe(state(`version ${version}`))
      expect((await restore(engine, id)).stateData).toBe(state(`version ${version}`))
    }
    expect(await load(engine, 'a')).toMatchObject({ version: 11, name: 'Old' })
  })

  it('of one version, which Prisma had changed in between, keep each its own state', async () => {
    const words = ['first', 'second', 'first', 'third', 'head']
    const snapshots = words.map((word, i) => snapshot(`${i}`, i < 3 ? 2 : 3, word))
    oldDatabase(file, [{ id: 'a', version: 3 }, { id: 'b' }], [...snapshots, snapshot('9', 1, 'other', 'b')])
    const engine = await openTemporary({ file })
    expect((await revisions(engine, 'a')).map(({ version }) => version)).toEqual([3, 2])
    expect((await loadVersion(engine, 'a', 2))?.stateData).toBe(state('first'))
    expect(await load(engine, 'a')).toMatchObject({ version: 3, stateData: state('head') })
    for (const again of [1, 2]) {
      for (const [i, word] of words.entries()) {
        expect((await restore(engine, `${i}`)).stateData, `${again}`).toBe(state(word))
      }
      const rule = { keepLast: 1, olderThan: undefined, keepEvery: undefined }
      while ((await engine.write(() => pruneRevisions(NS, 'a', rule))).revisions > 0);
    }
    expect((await restore(engine, '9')).stateData).toBe(state('other'))
    expect(await load(engine, 'b')).toMatchObject({ version: 2, stateData: state('other') })
  })

  it('that are pruned after their snapshots are gone are gone, even where they had no version', async () => {
    const snapshots = ['first', 'second', 'third'].map((word, i) => snapshot(`${i}`, 2, word))
    oldDatabase(file, [{ id: 'a', version: 3 }], snapshots)
    const engine = await openTemporary({ file })
    await engine.prisma.stateSnapshot.deleteMany()
    const rule = { keepLast: 1, olderThan: undefined, keepEvery: undefined }
    let removed = 0
    for (;;) {
      const pruned = await engine.write(() => pruneRevisions(NS, 'a', rule))
      if (pruned.revisions === 0) break
      removed += pruned.revisions
    }
    expect(removed).toBe(3)
    expect(await engine.prisma.agentRevision.count()).toBe(1)
  })

  it('of an agent that was removed through Prisma are kept, and serve when it is saved again', async () => {
    oldDatabase(file, [{ id: 'other' }], [snapshot('1', 4, 'four'), snapshot('2', 6, 'six')])
    const engine = await openTemporary({ file })
    await expect(restore(engine, '1')).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' })
    expect(await save(engine, 'a', 'again')).toMatchObject({ version: 7 })
    expect((await restore(engine, '1')).stateData).toBe(state('four'))
    expect((await restore(engine, '2')).stateData).toBe(state('six'))
    expect((await loadVersion(engine, 'a', 4))?.stateData).toBe(state('four'))
  })

  it('of an agent that was removed and made again do not stop its versions', async () => {
    oldDatabase(file, [{ id: 'a', version: 2 }], [snapshot('1', 1, 'one'), snapshot('2', 3, 'three')])
    const engine = await openTemporary({ file })
    expect(await load(engine, 'a')).toMatchObject({ version: 2 })
    expect(await save(engine, 'a', 'next')).toMatchObject({ version: 4 })
    expect((await restore(engine, '2')).stateData).toBe(state('three'))
    expect((await loadVersion(engine, 'a', 2))?.stateData).toBe(state('head'))
  })
})

describe('the file of a database from before there were revisions', () => {
  const holdsBytes = () => fs.readFileSync(file).includes('erase this') || readLog().includes('erase this')
  const readLog = () => (fs.existsSync(`${file}-wal`) ? fs.readFileSync(`${file}-wal`) : Buffer.alloc(0))
  const mode = () => {
    const database = new Database(file, { readonly: true })
    const found = database.pragma('auto_vacuum', { simple: true })
    database.close()
    return found
  }

  it('is copied once to give room back, and from then on it is given back bit by bit', async () => {
    const big = (word: string) => JSON.stringify(`${word}${'x'.repeat(100_000)}`)
    oldDatabase(
      file,
      ['a', 'b'].map((id) => ({ id, state: big('erase this') })),
      [{ id: '1', agentId: 'a', version: 1, minute: 1, state: big('erase this, too') }],
    )
    expect(mode()).toBe(0)
    const engine = await openTemporary({ file })
    while ((await engine.write(() => purgeAgent(NS, 'a'))) !== undefined);
    const first = await engine.reclaim()
    expect(first.bytesAfter).toBeLessThan(first.bytesBefore - 200_000)
    expect(mode()).toBe(2)
    expect(await load(engine, 'b')).toMatchObject({ stateData: big('erase this') })
    expect(holdsBytes()).toBe(true)
    while ((await engine.write(() => purgeAgent(NS, 'b'))) !== undefined);
    const steps: number[] = []
    const second = await engine.reclaim(({ done }) => steps.push(done))
    expect(second.bytesAfter).toBeLessThan(second.bytesBefore - 200_000)
    expect(steps.length).toBeGreaterThan(0)
    expect(fs.statSync(file).size).toBe(second.bytesAfter)
    expect(holdsBytes()).toBe(false)
    expect(await engine.prisma.event.count()).toBe(0)
  })

  it('that is new is never copied: its room is given back bit by bit from the start', async () => {
    const engine = await openTemporary({ file })
    await save(engine, 'a', 'word')
    expect(mode()).toBe(2)
    expect(await load(engine, 'a')).toBeDefined()
  })
})
