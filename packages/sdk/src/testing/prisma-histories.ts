import { expect } from 'vitest'
import type { StateStore } from '../state-store.ts'
import { errorOf } from './error-of.ts'
import type { ContractTests } from './harness.ts'
import { readHistory, saveTurns, turn, versionsOf } from './histories.ts'
import { agent } from './samples.ts'

const where = { namespace_agentId: { namespace: 'default', agentId: 'researcher' } }
const change = ({ prisma }: StateStore, state: unknown) =>
  prisma.agentState.update({ where, data: { stateData: JSON.stringify(state) } })
const states = async (store: StateStore) => (await readHistory(store)).map((one) => one?.state)

/** Histories of agents that were also written through the Prisma client. */
export const prismaHistories: ContractTests = {
  'what Prisma wrote is loaded, pinned, forked and gone back to': async ({ store }) => {
    await saveTurns(store, 3)
    await change(store, turn(10))
    expect((await store.loadAgentState('researcher'))?.state).toEqual(turn(10))
    expect((await store.loadAgentState('researcher', { at: new Date() }))?.state).toEqual(turn(10))
    const snapshot = await store.createSnapshot('researcher')
    await change(store, turn(20))
    expect(await store.forkAgent('researcher', { agentId: 'fork' })).toMatchObject({ state: turn(20) })
    await saveTurns(store, 1)
    expect((await store.restoreSnapshot(snapshot.id)).state).toEqual(turn(10))
    expect(await states(store)).toEqual([10, 1, 20, 10, 3, 2, 1].map(turn))
  },

  'what Prisma wrote is patched, appended to and updated in status, and is in the history from then on': async ({
    store,
  }) => {
    await saveTurns(store, 2)
    await change(store, { list: [1] })
    await store.appendToAgentState('researcher', '/list', [2])
    await change(store, { list: [3] })
    await store.updateAgentStatus('researcher', 'busy')
    await change(store, { list: [4] })
    await store.patchAgentState('researcher', { patched: true })
    const made = [{ list: [4], patched: true }, { list: [3] }, { list: [1, 2] }, turn(2), turn(1)]
    expect(await states(store)).toEqual(made)
    expect(await store.diffRevisions('researcher', 3, 4)).not.toEqual([])
    expect((await store.restoreRevision('researcher', 2)).state).toEqual(turn(2))
  },

  'no version loses its state by what Prisma does to the agent': async ({ store }) => {
    const saved = await saveTurns(store, 20)
    const { id } = await store.createSnapshot('researcher')
    await store.prisma.agentState.update({ where, data: { version: 3, stateData: '"low"' } })
    await saveTurns(store, 2)
    await store.prisma.agentState.update({ where, data: { version: { increment: 1 } } })
    await saveTurns(store, 2)
    await store.prisma.agentState.delete({ where })
    expect(await store.loadAgentState('researcher', { version: 20 })).toBeNull()
    await expect(store.restoreSnapshot(id)).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' })
    await saveTurns(store, 2)
    expect(await states(store)).toEqual([2, 1, 2, 1, 2, 1, ...saved.map((_, i) => 20 - i)].map(turn))
    expect((await store.restoreSnapshot(id)).state).toEqual(turn(20))
    await store.pruneRevisions({ keepLast: 2 })
    expect(await states(store)).toEqual([20, 2, 20].map(turn))
  },

  'Prisma reads the histories of this namespace alone': async ({ store }) => {
    await saveTurns(store, 3)
    await saveTurns(store.withNamespace('other'), 5)
    await store.createSnapshot('researcher')
    expect(await store.prisma.agentRevision.count()).toBe(3)
    const { _max } = await store.prisma.agentRevision.aggregate({ _max: { version: true } })
    expect(_max.version).toBe(3)
    expect(await store.prisma.stateSnapshot.findMany()).toMatchObject([{ agentId: 'researcher', agentVersion: 3 }])
  },

  'a state that is no JSON is refused as corrupt wherever it is read, and harms nothing else': async ({ store }) => {
    await saveTurns(store, 2)
    await store.prisma.agentState.update({ where, data: { stateData: '{"turn": 1, broken' } })
    const snapshot = await store.createSnapshot('researcher')
    const reads: Record<string, () => Promise<unknown>> = {
      load: () => store.loadAgentState('researcher'),
      'load by version': () => store.loadAgentState('researcher', { version: 3 }),
      'load by moment': () => store.loadAgentState('researcher', { at: new Date() }),
      patch: () => store.patchAgentState('researcher', [{ op: 'add', path: '/turn', value: 2 }]),
      merge: () => store.patchAgentState('researcher', { a: { b: 1 } }),
      append: () => store.appendToAgentState('researcher', '/broken', [1]),
      diff: () => store.diffRevisions('researcher', 2, 3),
      blame: () => store.blame('researcher', '/broken'),
    }
    for (const [name, read] of Object.entries(reads)) expect((await errorOf(read())).code, name).toBe('CORRUPT_DATA')
    expect(snapshot.version).toBe(3)
    expect(await store.updateAgentStatus('researcher', 'broken')).toMatchObject({ version: 4 })
    expect(await store.restoreRevision('researcher', 2)).toMatchObject({ state: turn(2), version: 5 })
    await store.saveAgentState(agent({ state: turn(3) }))
    expect(await versionsOf(store)).toEqual([6, 5, 4, 3, 2, 1])
    await store.deleteSnapshot(snapshot.id)
    await store.pruneRevisions({ keepLast: 2 })
    expect(await states(store)).toEqual([turn(3), turn(2)])
  },
}
