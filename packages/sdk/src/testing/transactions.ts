import { expect } from 'vitest'
import type { StateStore } from '../state-store.ts'
import { closedGate } from './gate.ts'
import type { ContractTests } from './harness.ts'
import { agent, event, range } from './samples.ts'

const step = (store: StateStore, agentId: string) => store.saveAgentState(agent({ agentId }))
const ids = async (store: StateStore) => (await store.listAgents()).items.map(({ agentId }) => agentId)

/** Several calls in one commit. */
export const transactions: ContractTests = {
  'a transaction commits all when its function resolves, and gives its result': async ({ store }) => {
    const result = await store.transact(async (tx) => {
      expect(tx.namespace).toBe('default')
      await step(tx, 'a')
      await tx.updateAgentStatus('a', 'busy')
      await tx.saveEvent(event())
      return (await tx.loadAgentState('a'))?.version
    })
    expect(result).toBe(2)
    expect(await store.loadAgentState('a')).toMatchObject({ version: 2, status: 'busy' })
    expect((await store.getStateHistory('a')).items).toHaveLength(1)
    expect((await store.getEvents('session-1')).items).toHaveLength(1)
  },

  'a transaction leaves nothing when its function fails, and rejects with that very error': async ({ store }) => {
    await step(store, 'a')
    const failure = new Error('of the caller')
    const failed = store.transact(async (tx) => {
      await tx.updateAgentStatus('a', 'busy')
      await tx.deleteAgent('a')
      await step(tx, 'b')
      await tx.saveTask({ id: 't1', title: 'A' })
      throw failure
    })
    await expect(failed).rejects.toBe(failure)
    expect(await store.loadAgentState('a')).toMatchObject({ version: 1, status: 'running' })
    expect([await ids(store), await store.getTask('t1')]).toEqual([['a'], null])
    const notAsync = store.transact((() => {
      throw failure
    }) as unknown as () => Promise<void>)
    await expect(notAsync).rejects.toBe(failure)
    expect((await step(store, 'c')).version).toBe(1)
  },

  'what is not a function is refused': async ({ store }) => {
    for (const fn of [undefined, null, 'x', {}, Promise.resolve()]) {
      await expect(store.transact(fn as never)).rejects.toMatchObject({ code: 'INVALID_INPUT', path: 'fn' })
    }
    expect((await step(store, 'a')).version).toBe(1)
  },

  'nobody sees a transaction before it commits': async ({ store, open }) => {
    const other = await open()
    const looked = closedGate()
    const written = closedGate()
    const transaction = store.transact(async (tx) => {
      await step(tx, 'a')
      expect(await tx.loadAgentState('a')).not.toBeNull()
      written.open()
      await looked.opened
    })
    await written.openedBy(transaction)
    expect(await other.loadAgentState('a')).toBeNull()
    expect(await store.loadAgentState('a')).toBeNull()
    looked.open()
    await transaction
    expect(await other.loadAgentState('a')).not.toBeNull()
  },

  'a write beside an open transaction is not swallowed when that rolls back': async ({ store }) => {
    const opened = closedGate()
    const issued = closedGate()
    const transaction = store.transact(async (tx) => {
      await step(tx, 'inside')
      opened.open()
      await issued.opened
      throw new Error('abandoned')
    })
    await opened.openedBy(transaction)
    const beside = step(store, 'beside')
    issued.open()
    await expect(transaction).rejects.toThrow('abandoned')
    await beside
    expect(await ids(store)).toEqual(['beside'])
  },

  'transactions run one after the other, so that read and write belong together': async ({ store }) => {
    await store.saveAgentState(agent({ state: 0 }))
    const increment = () =>
      store.transact(async (tx) => {
        const { state } = (await tx.loadAgentState('researcher')) as { state: number }
        await tx.saveAgentState(agent({ state: state + 1 }))
      })
    await Promise.all(range(20).map(increment))
    expect(await store.loadAgentState('researcher')).toMatchObject({ state: 20, version: 21 })
  },

  'a refused call in a transaction undoes nothing but itself': async ({ store }) => {
    await store.transact(async (tx) => {
      await step(tx, 'a')
      await expect(tx.saveAgentState(agent({ agentId: 'a' }), { expectedVersion: 9 })).rejects.toMatchObject({
        code: 'VERSION_CONFLICT',
      })
      await expect(tx.updateAgentStatus('none', 'x')).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' })
      await tx.saveEvent(event({ id: 'e1' }))
      const events = [event({ id: 'e2' }), event({ id: 'e1', content: 'other' })]
      await expect(tx.saveEvents(events)).rejects.toMatchObject({ code: 'EVENT_CONFLICT' })
      await step(tx, 'b')
    })
    expect(await ids(store)).toEqual(['a', 'b'])
    expect((await store.getEvents('session-1')).items.map(({ id }) => id)).toEqual(['e1'])
  },

  'a transaction reaches over namespaces': async ({ store }) => {
    const both = async (tx: StateStore) => {
      await step(tx, 'a')
      await step(tx.withNamespace('other'), 'a')
    }
    const abandoned = store.transact(async (tx) => both(tx).then(() => Promise.reject(new Error('abandoned'))))
    await expect(abandoned).rejects.toThrow('abandoned')
    expect([await ids(store), await ids(store.withNamespace('other'))]).toEqual([[], []])
    await store.transact(both)
    expect([await ids(store), await ids(store.withNamespace('other'))]).toEqual([['a'], ['a']])
  },
}
