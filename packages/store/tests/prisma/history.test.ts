import { describe, expect, it } from 'vitest'
import {
  createSnapshot,
  forkAgent,
  listRevisions,
  loadAgent,
  loadRevision,
  loadRevisionAt,
  pruneRevisions,
  purgeAgent,
  restoreRevision,
  restoreSnapshot,
  saveAgent,
  updateAgentStatus,
} from '../../src/operations.ts'
import type { SqliteEngine } from '../../src/sqlite/sqlite-engine.ts'
import { toTimestamp } from '../../src/timestamp.ts'
import { agent } from '../samples.ts'
import { openTemporary } from '../temporary-folder.ts'

const NS = 'default'
/** Large enough that a version is a delta against the one before. */
const state = (word: string) => JSON.stringify({ word, text: 'so that it is worth a delta '.repeat(20) })
const where = { namespace_agentId: { namespace: NS, agentId: 'a' } }

/** Short names for what the store does with agent a. */
function handleOf(engine: SqliteEngine) {
  const { agentState } = engine.prisma
  let count = 0
  const id = () => `${++count}`
  return {
    agentState,
    save: (word: string) => engine.write(() => saveAgent(NS, agent('a', { stateData: state(word) }))),
    status: (status: string) =>
      engine.write(() =>
        updateAgentStatus(NS, { agentId: 'a', status, reason: null, expectedVersion: undefined, transitionId: id() }),
      ),
    /** Changes the agent through Prisma. */
    change: (data: object) => agentState.update({ where, data }),
    snapshot: () =>
      engine.write(() => createSnapshot(NS, { id: id(), agentId: 'a', description: null, expiresAt: null })),
    restore: (snapshotId: string) => engine.write(() => restoreSnapshot(NS, { snapshotId, schemaVersion: 1 })),
    fork: (agentId: string, version?: number) =>
      engine.write(() => forkAgent(NS, { parentAgentId: 'a', version, agentId, schemaVersion: 1 })),
    load: async () => (await engine.read(() => loadAgent(NS, 'a')))?.stateData,
    loadVersion: async (version: number, agentId = 'a') =>
      (await engine.read(() => loadRevision(NS, agentId, version)))?.stateData,
    loadNow: async () => (await engine.read(() => loadRevisionAt(NS, 'a', toTimestamp(new Date()))))?.stateData,
    versions: async () =>
      (await engine.read(() => listRevisions(NS, { agentId: 'a', before: Number.MAX_SAFE_INTEGER, limit: 100 }))).map(
        ({ version }) => version,
      ),
    prune: async () => {
      const rule = { keepLast: 1, olderThan: undefined, keepEvery: undefined }
      while ((await engine.write(() => pruneRevisions(NS, 'a', rule))).revisions > 0);
    },
    /** Every version that the history holds, and its state. */
    history: async () => {
      const held = await engine.read(() =>
        listRevisions(NS, { agentId: 'a', before: Number.MAX_SAFE_INTEGER, limit: 100 }),
      )
      const states = held.map(async ({ version }) => {
        const { stateData } = (await engine.read(() => loadRevision(NS, 'a', version))) as { stateData: string }
        return [version, JSON.parse(stateData).word]
      })
      return Object.fromEntries(await Promise.all(states))
    },
  }
}

const openHandle = async () => {
  const engine = await openTemporary({ url: ':memory:' })
  return { engine, ...handleOf(engine) }
}

describe('an agent that was changed through Prisma', () => {
  it('is restored from a snapshot as it was when that was taken', async () => {
    const { save, change, snapshot, restore, history } = await openHandle()
    await save('saved')
    await change({ stateData: state('changed') })
    const { id } = await snapshot()
    await save('later')
    expect((await restore(id)).stateData).toBe(state('changed'))
    expect(await history()).toEqual({ 1: 'saved', 2: 'changed', 3: 'later', 4: 'changed' })
  })

  it('is known to be, even when it was changed within the millisecond of the save', async () => {
    const { save, change, snapshot, restore, status, history } = await openHandle()
    const { updatedAt } = await save('saved')
    const inTheSame = new Date(updatedAt)
    await change({ stateData: state('changed'), updatedAt: inTheSame })
    const { id } = await snapshot()
    await change({ stateData: state('again'), updatedAt: inTheSame })
    await status('waiting')
    expect((await restore(id)).stateData).toBe(state('changed'))
    expect(await history()).toEqual({ 1: 'saved', 2: 'changed', 3: 'again', 4: 'changed' })
  })

  it('is restored from an earlier snapshot as it was before', async () => {
    const { save, change, snapshot, restore, history } = await openHandle()
    await save('saved')
    const { id } = await snapshot()
    await change({ stateData: state('changed') })
    expect((await restore(id)).stateData).toBe(state('saved'))
    expect(await history()).toEqual({ 1: 'saved', 2: 'saved' })
  })

  it('is the newest at this moment, while the version that it was saved as stays what it was', async () => {
    const { save, change, load, loadNow, loadVersion } = await openHandle()
    await save('saved')
    await change({ stateData: state('changed') })
    expect([await load(), await loadNow(), await loadVersion(1)]).toEqual([
      state('changed'),
      state('changed'),
      state('saved'),
    ])
  })

  it('keeps its state in the history when its status is updated', async () => {
    const { save, change, status, history } = await openHandle()
    await save('one')
    await save('two')
    await change({ stateData: state('changed') })
    await status('waiting')
    await status('running')
    await save('three')
    expect(await history()).toEqual({ 1: 'one', 2: 'two', 3: 'changed', 4: 'changed', 5: 'three' })
  })

  it.each([
    ['raised by one', { version: { increment: 1 } }, 3],
    ['raised', { version: 40 }, 40],
    ['lowered', { version: 1 }, 1],
    ['lowered to zero', { version: 0 }, 0],
  ])('goes on when its version was %s', async (_, data, version) => {
    const { save, change, status, snapshot, restore, load, loadVersion, history, versions } = await openHandle()
    await save('one')
    await save('two')
    expect((await change(data)).version).toBe(version)
    expect(await load()).toBe(state('two'))
    const third = await save('three')
    expect(third.version).toBe(Math.max(version, 2) + 1)
    await status('waiting')
    const { id } = await snapshot()
    await save('four')
    expect((await restore(id)).stateData).toBe(state('three'))
    expect(await loadVersion(1)).toBe(state('one'))
    expect(Object.values(await history())).toEqual(['one', 'two', 'three', 'three', 'four', 'three'])
    expect(new Set(await versions()).size).toBe(6)
  })

  it('is forked as it is now, or as it was saved', async () => {
    const { engine, save, change, fork } = await openHandle()
    await save('one')
    await save('two')
    await change({ stateData: state('changed'), name: 'Changed' })
    expect(await fork('of the version', 2)).toMatchObject({ stateData: state('two'), parentVersion: 2 })
    const now = await fork('of now')
    expect(now).toMatchObject({ stateData: state('changed'), name: 'Changed', parentAgentId: 'a' })
    const parent = await engine.read(() => loadRevision(NS, 'a', now.parentVersion as number))
    expect(parent?.stateData).toBe(state('changed'))
  })

  it('can be pruned, and what is left reads as before', async () => {
    const { save, change, snapshot, prune, history, load } = await openHandle()
    for (const word of ['one', 'two', 'three']) await save(word)
    await change({ stateData: state('changed') })
    await snapshot()
    await save('four')
    await change({ stateData: state('changed again') })
    await prune()
    expect(await load()).toBe(state('changed again'))
    expect(await history()).toEqual({ 4: 'changed', 5: 'four' })
    await save('five')
    await prune()
    expect(await history()).toEqual({ 4: 'changed', 6: 'five' })
  })

  it('under another id leaves its history behind, and begins a new one', async () => {
    const { engine, save, change, loadVersion } = await openHandle()
    await save('one')
    await save('two')
    await change({ agentId: 'b' })
    const row = await engine.write(() => saveAgent(NS, agent('b', { stateData: state('three') })))
    expect(row.version).toBe(3)
    expect(await loadVersion(3, 'b')).toBe(state('three'))
    expect(await save('again')).toMatchObject({ version: 3 })
    expect([await loadVersion(1), await loadVersion(3)]).toEqual([state('one'), state('again')])
  })
})

describe('an agent that was created through Prisma', () => {
  const row = { agentId: 'a', name: 'A', status: 's', stateData: state('created') }

  it('is loaded, by version and by moment, and can be snapshot, forked, saved and restored', async () => {
    const { agentState, load, loadNow, loadVersion, snapshot, restore, fork, save } = await openHandle()
    await agentState.create({ data: row })
    const states = [await load(), await loadNow(), await loadVersion(1)]
    expect(states).toEqual([row.stateData, row.stateData, row.stateData])
    expect(await fork('fork')).toMatchObject({ stateData: row.stateData, parentAgentId: 'a' })
    const { id } = await snapshot()
    await save('saved')
    expect((await restore(id)).stateData).toBe(row.stateData)
  })

  it('has a history from its first save on', async () => {
    const { agentState, save, status, history } = await openHandle()
    await agentState.create({ data: { ...row, version: 7 } })
    await save('saved')
    await status('waiting')
    expect(await history()).toEqual({ 8: 'saved', 9: 'saved' })
  })

  it('with no JSON in it is snapshot and forked as it is', async () => {
    const { agentState, snapshot, restore, fork } = await openHandle()
    await agentState.create({ data: { ...row, stateData: 'no\nJSON', metadata: 5 } })
    const { id } = await snapshot()
    expect(await restore(id)).toMatchObject({ stateData: 'no\nJSON', metadata: 5 })
    expect(await fork('fork')).toMatchObject({ stateData: 'no\nJSON' })
  })
})

describe('an agent whose whole row was written back through Prisma', () => {
  it('as another agent has a history of its own', async () => {
    const { engine, agentState, save, loadVersion } = await openHandle()
    await save('one')
    const { metadata: _, ...row } = await agentState.findUniqueOrThrow({ where })
    await agentState.create({ data: { ...row, agentId: 'b' } })
    for (const word of ['two', 'three']) await engine.write(() => saveAgent(NS, agent('b', { stateData: state(word) })))
    expect([await loadVersion(2, 'b'), await loadVersion(3, 'b')]).toEqual([state('two'), state('three')])
  })

  it('as it was before goes on after the versions that it had since', async () => {
    const { agentState, save, status, history } = await openHandle()
    await save('one')
    const { metadata: _, ...row } = await agentState.findUniqueOrThrow({ where })
    await save('two')
    await agentState.delete({ where })
    await agentState.create({ data: row })
    await status('waiting')
    await save('three')
    expect(await history()).toEqual({ 1: 'one', 2: 'two', 3: 'one', 4: 'three' })
  })

  it('control: as it is goes on as before', async () => {
    const { agentState, save, status, history } = await openHandle()
    await save('one')
    const { metadata: _, ...row } = await agentState.findUniqueOrThrow({ where })
    await agentState.delete({ where })
    expect((await agentState.create({ data: row })).recordedVersion).toBe(1)
    await status('waiting')
    await save('two')
    expect(await history()).toEqual({ 1: 'one', 2: 'one', 3: 'two' })
  })
})

describe('an agent that was deleted through Prisma', () => {
  it('is gone; saved again, it goes on with the numbers after its old versions, which are read as before', async () => {
    const { agentState, save, load, loadVersion, loadNow, history } = await openHandle()
    await save('one')
    await save('two')
    await agentState.delete({ where })
    expect([await load(), await loadVersion(2), await loadNow()]).toEqual([undefined, undefined, undefined])
    expect(await save('three')).toMatchObject({ version: 3 })
    expect(await history()).toEqual({ 1: 'one', 2: 'two', 3: 'three' })
  })

  it('and created again through Prisma keeps what is known of its old versions', async () => {
    const { agentState, save, load, loadVersion, snapshot, restore, history } = await openHandle()
    await save('one')
    await save('two')
    await agentState.delete({ where })
    await agentState.create({ data: { agentId: 'a', name: 'A', status: 's', stateData: state('created') } })
    expect([await load(), await loadVersion(1)]).toEqual([state('created'), state('one')])
    const { id } = await snapshot()
    await save('three')
    expect((await restore(id)).stateData).toBe(state('created'))
    expect(await history()).toEqual({ 1: 'one', 2: 'two', 3: 'created', 4: 'three', 5: 'created' })
  })

  it('is erased with all that is left of it', async () => {
    const { engine, agentState, save, snapshot, versions, fork } = await openHandle()
    await save('one')
    await save('two')
    await snapshot()
    await fork('fork')
    await agentState.delete({ where })
    while ((await engine.write(() => purgeAgent(NS, 'a'))) !== undefined);
    expect(await versions()).toEqual([])
    expect(await engine.prisma.stateSnapshot.count()).toBe(0)
    const { stateData } = (await engine.read(() => loadRevision(NS, 'fork', 1))) as { stateData: string }
    expect(stateData).toBe(state('two'))
  })

  it('is not brought back by a restore', async () => {
    const { engine, agentState, save, snapshot, restore } = await openHandle()
    await save('one')
    const { id } = await snapshot()
    await agentState.delete({ where })
    await expect(restore(id)).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' })
    const input = { agentId: 'a', version: 1, expectedVersion: undefined, schemaVersion: 1 }
    await expect(engine.write(() => restoreRevision(NS, input))).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' })
  })
})
