import { expect } from 'vitest'
import type { ContractTests } from './harness.ts'
import { agent, range } from './samples.ts'

const PAST = new Date('2001-01-01T00:00:00.000Z')
const FUTURE = new Date('2999-12-31T23:59:59.999Z')

/** Taking, restoring and expiring snapshots. */
export const snapshots: ContractTests = {
  'a snapshot tells of which version it is': async ({ store }) => {
    await store.saveAgentState(agent())
    await store.saveAgentState(agent())
    const snapshot = await store.createSnapshot('researcher', { description: 'before the plan' })
    expect(snapshot).toEqual({
      id: expect.any(String),
      agentId: 'researcher',
      version: 2,
      description: 'before the plan',
      createdAt: expect.any(Date),
      expiresAt: null,
    })
    expect((await store.listSnapshots('researcher')).items).toEqual([snapshot])
    expect(await store.createSnapshot('researcher')).toMatchObject({ description: null, expiresAt: null })
  },

  'a restored snapshot is a new version with the old state; name, status and metadata stay': async ({ store }) => {
    await store.saveAgentState(agent({ state: { plan: ['a'] }, metadata: 'old' }))
    const snapshot = await store.createSnapshot('researcher')
    await store.saveAgentState(agent({ name: 'R2', status: 'waiting', state: { plan: [] }, metadata: 'new' }))
    const restored = await store.restoreSnapshot(snapshot.id)
    const kept = { name: 'R2', status: 'waiting', metadata: 'new', deletedAt: null }
    expect(restored).toMatchObject({ ...kept, state: { plan: ['a'] }, version: 3 })
    expect(await store.loadAgentState('researcher')).toEqual(restored)
    expect((await store.getStateHistory('researcher')).items).toEqual([])
  },

  'a snapshot can be restored again and again': async ({ store }) => {
    await store.saveAgentState(agent({ state: 'first' }))
    const snapshot = await store.createSnapshot('researcher')
    for (const version of [3, 5]) {
      await store.saveAgentState(agent({ state: 'later' }))
      expect(await store.restoreSnapshot(snapshot.id)).toMatchObject({ state: 'first', version })
    }
    expect((await store.listSnapshots('researcher')).items).toEqual([snapshot])
  },

  'snapshots are listed newest first, of this agent alone': async ({ store }) => {
    for (const agentId of ['a', 'b']) await store.saveAgentState(agent({ agentId }))
    await Promise.all(range(20).map((i) => store.createSnapshot('a', { description: `${i}` })))
    await store.createSnapshot('b', { description: 'other' })
    const { items } = await store.listSnapshots('a')
    expect(items.map(({ description }) => Number(description))).toEqual(range(20).toReversed())
    expect((await store.listSnapshots('nobody')).items).toEqual([])
  },

  'agents and snapshots that do not exist are refused': async ({ store }) => {
    await expect(store.createSnapshot('nobody')).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND', agentId: 'nobody' })
    const refusal = { name: 'SnapshotNotFoundError', code: 'SNAPSHOT_NOT_FOUND', snapshotId: 'none' }
    await expect(store.restoreSnapshot('none')).rejects.toMatchObject(refusal)
    expect(await store.deleteSnapshot('none')).toBe(false)
  },

  'an expired snapshot is refused, and listed until it is deleted': async ({ store }) => {
    const saved = await store.saveAgentState(agent())
    const snapshot = await store.createSnapshot('researcher', { expiresAt: PAST })
    expect(snapshot.expiresAt).toEqual(PAST)
    const refusal = { name: 'SnapshotExpiredError', code: 'SNAPSHOT_EXPIRED', snapshotId: snapshot.id, expiresAt: PAST }
    await expect(store.restoreSnapshot(snapshot.id)).rejects.toMatchObject(refusal)
    expect(await store.loadAgentState('researcher')).toEqual(saved)
    expect((await store.listSnapshots('researcher')).items).toEqual([snapshot])
  },

  'a snapshot is restored until its time is over': async ({ store }) => {
    await store.saveAgentState(agent())
    const { id, expiresAt } = await store.createSnapshot('researcher', { expiresAt: FUTURE })
    expect(expiresAt).toEqual(FUTURE)
    expect(await store.restoreSnapshot(id)).toMatchObject({ version: 2 })
    const short = await store.createSnapshot('researcher', { ttlMs: 1 })
    while (Date.now() <= (short.expiresAt as Date).getTime()) await new Promise((resolve) => setTimeout(resolve, 1))
    await expect(store.restoreSnapshot(short.id)).rejects.toMatchObject({ code: 'SNAPSHOT_EXPIRED' })
  },

  'ttlMs counts from now, and excludes expiresAt': async ({ store }) => {
    await store.saveAgentState(agent())
    const before = Date.now()
    const { expiresAt } = await store.createSnapshot('researcher', { ttlMs: 60_000 })
    expect((expiresAt as Date).getTime()).toBeGreaterThanOrEqual(before + 60_000)
    expect((expiresAt as Date).getTime()).toBeLessThanOrEqual(Date.now() + 60_000)
    const both = store.createSnapshot('researcher', { ttlMs: 60_000, expiresAt: FUTURE })
    await expect(both).rejects.toMatchObject({ code: 'INVALID_INPUT', path: 'ttlMs' })
  },

  'a deleted snapshot is gone': async ({ store }) => {
    await store.saveAgentState(agent())
    const { id } = await store.createSnapshot('researcher')
    expect(await store.deleteSnapshot(id)).toBe(true)
    expect(await store.deleteSnapshot(id)).toBe(false)
    await expect(store.restoreSnapshot(id)).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' })
    expect((await store.listSnapshots('researcher')).items).toEqual([])
  },

  'deleteExpiredSnapshots deletes what is over, however many, and nothing else': async ({ store }) => {
    await store.saveAgentState(agent())
    const kept = [
      await store.createSnapshot('researcher'),
      await store.createSnapshot('researcher', { ttlMs: 600_000 }),
    ]
    await Promise.all(range(1_100).map(() => store.createSnapshot('researcher', { expiresAt: PAST })))
    expect(await store.deleteExpiredSnapshots()).toBe(1_100)
    expect(await store.deleteExpiredSnapshots()).toBe(0)
    expect((await store.listSnapshots('researcher')).items).toEqual(kept.toReversed())
  },

  'snapshots outlive the deletion of their agent, and serve again when it is revived': async ({ store }) => {
    await store.saveAgentState(agent({ state: 'before' }))
    const snapshot = await store.createSnapshot('researcher')
    await store.deleteAgent('researcher')
    expect((await store.listSnapshots('researcher')).items).toEqual([snapshot])
    await store.saveAgentState(agent({ state: 'after' }), { revive: true })
    expect(await store.restoreSnapshot(snapshot.id)).toMatchObject({ state: 'before', version: 3 })
  },
}
