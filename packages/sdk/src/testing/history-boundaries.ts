import { expect } from 'vitest'
import type { StateStore } from '../state-store.ts'
import { errorOf } from './error-of.ts'
import type { ContractTests } from './harness.ts'
import { readHistory, saveTurns, turn, versionsOf } from './histories.ts'
import { agent } from './samples.ts'

const OUTSIDE = { name: 'OutsideTransactionError', code: 'OUTSIDE_TRANSACTION' }

/** Calls that another namespace must answer as if there were no such agent. */
const OF_NO_AGENT: Record<string, (store: StateStore, agentId: string) => Promise<unknown>> = {
  'AGENT_NOT_FOUND patchAgentState': (s, id) => s.patchAgentState(id, {}),
  'AGENT_NOT_FOUND appendToAgentState': (s, id) => s.appendToAgentState(id, '/messages', []),
  'AGENT_NOT_FOUND forkAgent': (s, id) => s.forkAgent(id, { agentId: 'new' }),
  'AGENT_NOT_FOUND restoreRevision': (s, id) => s.restoreRevision(id, 1),
  'AGENT_NOT_FOUND pruneRevisions': (s, id) => s.pruneRevisions({ agentId: id, keepLast: 1 }),
  'REVISION_NOT_FOUND diffRevisions': (s, id) => s.diffRevisions(id, 1, 2),
}

/** Histories in transactions, and in namespaces. */
export const historyBoundaries: ContractTests = {
  'patches, appends, forks and restores of a transaction are seen in it, and kept when it commits': async ({
    store,
  }) => {
    await saveTurns(store, 10)
    const work = async (tx: StateStore) => {
      await tx.patchAgentState('researcher', { turn: 'patched' })
      await tx.appendToAgentState('researcher', '/messages', ['appended'])
      await tx.forkAgent('researcher', { agentId: 'fork', version: 11 })
      await tx.restoreRevision('researcher', 3)
      await tx.patchAgentState('fork', { turn: 'of the fork' })
      expect(await versionsOf(tx)).toHaveLength(13)
      expect((await tx.loadAgentState('researcher', { version: 12 }))?.state).toMatchObject({ turn: 'patched' })
      expect(await tx.diffRevisions('researcher', 10, 11)).toHaveLength(1)
      expect(await tx.blame('researcher', '/turn')).toMatchObject({ version: 13 })
      return [...(await readHistory(tx)), ...(await readHistory(tx, 'fork'))]
    }
    const abandoned = store.transact((tx) => work(tx).then(() => Promise.reject(new Error('abandoned'))))
    await expect(abandoned).rejects.toThrow('abandoned')
    expect(await versionsOf(store)).toHaveLength(10)
    expect(await versionsOf(store, 'fork')).toEqual([])
    expect((await store.loadAgentState('researcher'))?.state).toEqual(turn(10))
    const inside = await store.transact(work)
    const outside = [...(await readHistory(store)), ...(await readHistory(store, 'fork'))]
    expect(outside).toEqual(inside)
    expect(outside).toHaveLength(15)
  },

  'a refused patch, fork or restore in a transaction undoes nothing but itself': async ({ store }) => {
    await store.transact(async (tx) => {
      await saveTurns(tx, 3)
      await expect(tx.patchAgentState('researcher', [{ op: 'remove', path: '/none' }])).rejects.toThrow()
      await expect(tx.forkAgent('researcher', { agentId: 'researcher' })).rejects.toMatchObject({
        code: 'AGENT_EXISTS',
      })
      await expect(tx.restoreRevision('researcher', 9)).rejects.toMatchObject({ code: 'REVISION_NOT_FOUND' })
      await tx.patchAgentState('researcher', { turn: 'patched' })
    })
    expect(await versionsOf(store)).toEqual([4, 3, 2, 1])
    expect((await store.loadAgentState('researcher'))?.state).toEqual({ ...turn(3), turn: 'patched' })
  },

  'pruning and purging inside a transaction are refused, and it goes on': async ({ store }) => {
    await saveTurns(store, 3)
    await store.transact(async (tx) => {
      await expect(tx.pruneRevisions({ keepLast: 1 })).rejects.toMatchObject(OUTSIDE)
      await expect(tx.pruneRevisions({ dryRun: true })).rejects.toMatchObject(OUTSIDE)
      await expect(tx.purgeAgent('researcher')).rejects.toMatchObject(OUTSIDE)
      await expect(tx.withNamespace('other').purgeAgent('researcher')).rejects.toMatchObject(OUTSIDE)
      await tx.patchAgentState('researcher', { turn: 4 })
    })
    expect(await versionsOf(store)).toEqual([4, 3, 2, 1])
  },

  'the history of an agent is unknown in every other namespace, as if it did not exist': async ({ store }) => {
    await saveTurns(store, 3)
    const before = await readHistory(store)
    expect(before).toHaveLength(3)
    const other = store.withNamespace('other')
    for (const [expected, call] of Object.entries(OF_NO_AGENT)) {
      const theirs = await errorOf(call(other, 'researcher'))
      const none = await errorOf(call(other, 'none'))
      expect(theirs, expected).toMatchObject({ code: expected.split(' ')[0] })
      expect(theirs.message.replace(/"[^"]*"/, '')).toBe(none.message.replace(/"[^"]*"/, ''))
    }
    expect(await versionsOf(other)).toEqual([])
    expect(await other.blame('researcher', '')).toBeNull()
    expect(await other.loadAgentState('researcher', { version: 1 })).toBeNull()
    expect(await other.loadAgentState('researcher', { at: new Date() })).toBeNull()
    expect(await other.pruneRevisions({ keepLast: 1 })).toMatchObject({ agents: 0, revisions: 0 })
    expect(await readHistory(store)).toEqual(before)
  },

  'agents of one id in two namespaces have two histories': async ({ store }) => {
    const other = store.withNamespace('other')
    await saveTurns(store, 6)
    for (const state of ['first', 'second', 'other']) await other.saveAgentState(agent({ state }))
    const fork = await other.forkAgent('researcher', { agentId: 'fork' })
    await store.forkAgent('researcher', { agentId: 'fork', version: 2 })
    const before = [...(await readHistory(other)), ...(await readHistory(other, 'fork'))]
    expect(fork.state).toBe('other')
    await store.pruneRevisions({ keepLast: 1 })
    await store.patchAgentState('researcher', { turn: 'patched' })
    await store.restoreRevision('fork', 1)
    expect([...(await readHistory(other)), ...(await readHistory(other, 'fork'))]).toEqual(before)
    await store.purgeAgent('researcher')
    expect([...(await readHistory(other)), ...(await readHistory(other, 'fork'))]).toEqual(before)
    expect((await readHistory(store, 'fork')).map((one) => one?.state)).toEqual([turn(2), turn(2)])
  },
}
