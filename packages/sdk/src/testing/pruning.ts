import { expect } from 'vitest'
import type { PruneOptions, PruneProgress } from '../records.ts'
import type { ContractTests } from './harness.ts'
import { allRevisions, nextMillisecond, readHistory, saveTurns, turn, versionsOf } from './histories.ts'
import { range } from './samples.ts'

/** Removing old versions. */
export const pruning: ContractTests = {
  'without a rule, nothing is removed': async ({ store }) => {
    await saveTurns(store, 5)
    const none = { agents: 1, revisions: 0, bytes: 0, dryRun: false, reclaimedBytes: 0 }
    expect(await store.pruneRevisions()).toEqual(none)
    expect(await store.pruneRevisions({})).toEqual(none)
    expect(await store.pruneRevisions({ agentId: 'researcher', dryRun: false, keepLast: undefined })).toEqual(none)
    expect(await versionsOf(store)).toEqual([5, 4, 3, 2, 1])
  },

  'keepLast keeps the newest so many, which read as before': async ({ store }) => {
    const saved = await saveTurns(store, 30)
    for (const [keepLast, revisions] of [
      [30, 0],
      [31, 0],
      [29, 1],
      [7, 22],
      [7, 0],
      [1, 6],
      [1, 0],
    ] as const) {
      expect(await store.pruneRevisions({ keepLast })).toMatchObject({ agents: 1, revisions })
      expect(await readHistory(store), `${keepLast}`).toEqual(saved.slice(-keepLast).toReversed())
    }
    expect(await store.loadAgentState('researcher', { version: 29 })).toBeNull()
    await expect(store.restoreRevision('researcher', 29)).rejects.toMatchObject({ code: 'REVISION_NOT_FOUND' })
    await expect(store.diffRevisions('researcher', 29, 30)).rejects.toMatchObject({ code: 'REVISION_NOT_FOUND' })
  },

  'olderThan removes those from before a moment alone; the newest is kept, however old': async ({ store }) => {
    const saved = await saveTurns(store, 3)
    await nextMillisecond()
    saved.push(...(await saveTurns(store, 3)))
    const olderThan = saved[3]?.updatedAt as Date
    expect(await store.pruneRevisions({ olderThan: new Date(0) })).toMatchObject({ revisions: 0 })
    expect(await store.pruneRevisions({ olderThan })).toMatchObject({ revisions: 3 })
    expect(await readHistory(store)).toEqual(saved.slice(3).toReversed())
    expect(await store.pruneRevisions({ olderThan: new Date(Date.now() + 1000) })).toMatchObject({ revisions: 2 })
    expect(await readHistory(store)).toEqual(saved.slice(5))
  },

  'keepEvery keeps the multiples of a number, and the newest': async ({ store }) => {
    const saved = await saveTurns(store, 40)
    const kept = (every: number) => saved.filter(({ version }) => version % every === 0 || version === 40).toReversed()
    for (const [keepEvery, revisions] of [
      [1, 0],
      [2, 20],
      [6, 13],
      [12, 3],
      [7, 3],
    ] as const) {
      expect(await store.pruneRevisions({ keepEvery }), `${keepEvery}`).toMatchObject({ revisions })
      if (keepEvery !== 7) expect(await readHistory(store)).toEqual(kept(keepEvery))
    }
    expect(await readHistory(store)).toEqual(saved.slice(39))
  },

  'rules together remove what every one of them lets go': async ({ store }) => {
    const saved = await saveTurns(store, 10)
    await nextMillisecond()
    saved.push(...(await saveTurns(store, 10)))
    const olderThan = saved[10]?.updatedAt as Date
    await store.pruneRevisions({ keepLast: 15, olderThan, keepEvery: 2 })
    expect(await versionsOf(store)).toEqual([...range(15).map((i) => 20 - i), 4, 2])
    await store.pruneRevisions({ keepLast: 5, olderThan, keepEvery: 4 })
    expect(await versionsOf(store)).toEqual([...range(10).map((i) => 20 - i), 8, 4])
    const left = (await versionsOf(store)).map((version) => saved[version - 1])
    expect(await readHistory(store)).toEqual(left)
  },

  'a dry run tells exactly what would be removed, and removes nothing': async ({ store }) => {
    const rules: PruneOptions[] = [{ keepLast: 35 }, { keepEvery: 3 }, { keepLast: 9, keepEvery: 6 }, { keepLast: 2 }]
    for (const agentId of ['a', 'b']) await saveTurns(store, 40, agentId)
    await store.createSnapshot('a')
    await store.forkAgent('b', { agentId: 'c', version: 20 })
    for (const rule of rules) {
      const before = await Promise.all(['a', 'b', 'c'].map((agentId) => allRevisions(store, agentId)))
      const told = await store.pruneRevisions({ ...rule, dryRun: true })
      expect(told).toMatchObject({ dryRun: true, agents: 3, reclaimedBytes: 0 })
      expect(told.revisions).toBeGreaterThan(0)
      expect(await Promise.all(['a', 'b', 'c'].map((agentId) => allRevisions(store, agentId)))).toEqual(before)
      const done = await store.pruneRevisions(rule)
      const { agents, revisions, bytes } = told
      expect(done).toEqual({ agents, revisions, bytes, dryRun: false, reclaimedBytes: expect.any(Number) })
      const after = (await Promise.all(['a', 'b', 'c'].map((agentId) => versionsOf(store, agentId)))).flat()
      expect(before.flat().length - after.length).toBe(revisions)
    }
  },

  'one agent is pruned alone, or every one of the namespace, deleted ones too': async ({ store }) => {
    const other = store.withNamespace('other')
    for (const agentId of ['a', 'b', 'c']) await saveTurns(store, 5, agentId)
    await saveTurns(other, 5, 'a')
    await store.deleteAgent('c')
    expect(await store.pruneRevisions({ agentId: 'a', keepLast: 2 })).toMatchObject({ agents: 1, revisions: 3 })
    expect([await versionsOf(store, 'a'), (await versionsOf(store, 'b')).length]).toEqual([[5, 4], 5])
    expect(await store.pruneRevisions({ keepLast: 1 })).toMatchObject({ agents: 3, revisions: 9 })
    expect(await Promise.all(['a', 'b', 'c'].map((id) => versionsOf(store, id)))).toEqual([[5], [5], [5]])
    expect((await readHistory(other, 'a')).map((one) => one?.state)).toEqual([5, 4, 3, 2, 1].map(turn))
    const nobody = store.pruneRevisions({ agentId: 'nobody', keepLast: 1 })
    await expect(nobody).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' })
  },

  'versions go on after pruning, with numbers never given twice': async ({ store }) => {
    await saveTurns(store, 20)
    await store.pruneRevisions({ keepLast: 1 })
    expect((await saveTurns(store, 3)).map(({ version }) => version)).toEqual([21, 22, 23])
    expect(await readHistory(store)).toMatchObject([3, 2, 1, 20].map((n) => ({ state: turn(n) })))
    await store.pruneRevisions({ keepLast: 2 })
    expect(await store.diffRevisions('researcher', 22, 23)).not.toEqual([])
    expect(await store.blame('researcher', '/turn')).toMatchObject({ version: 23 })
  },

  'progress is told as it is made, and what it throws ends the pruning': async ({ store }) => {
    for (const agentId of ['a', 'b', 'c']) await saveTurns(store, 6, agentId)
    const told: PruneProgress[] = []
    const report = await store.pruneRevisions({ keepLast: 2, onProgress: (progress) => told.push(progress) })
    const { agents, revisions, bytes } = report
    expect(told.at(-1)).toEqual({ agents, revisions, bytes })
    expect(told.length).toBeGreaterThanOrEqual(3)
    for (const [i, progress] of told.slice(1).entries()) {
      expect(progress.agents).toBeGreaterThanOrEqual(told[i]?.agents as number)
      expect(progress.revisions).toBeGreaterThanOrEqual(told[i]?.revisions as number)
    }
    const failure = new Error('of the caller')
    const onProgress = () => {
      throw failure
    }
    await expect(store.pruneRevisions({ keepLast: 1, onProgress })).rejects.toBe(failure)
    expect(await versionsOf(store, 'a')).toEqual([6])
    expect((await readHistory(store, 'c')).map((one) => one?.state)).toEqual([turn(6), turn(5)])
  },
}
