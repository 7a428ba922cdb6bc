import { expect } from 'vitest'
import type { StateStore } from '../state-store.ts'
import { CALLS } from './calls.ts'
import { closedGate } from './gate.ts'
import type { ContractTests } from './harness.ts'
import { agent } from './samples.ts'

const step = (store: StateStore, agentId: string) => store.saveAgentState(agent({ agentId }))
const ids = async (store: StateStore) => (await store.listAgents()).items.map(({ agentId }) => agentId)
const abandon = () => Promise.reject(new Error('abandoned'))
const OUTSIDE = { name: 'OutsideTransactionError', code: 'OUTSIDE_TRANSACTION' }
const ENDED = { name: 'TransactionEndedError', code: 'TRANSACTION_ENDED' }

/** Transactions in transactions, and handles used where they do not belong. */
export const nestedTransactions: ContractTests = {
  'a nested transaction that fails undoes itself alone': async ({ store }) => {
    await store.transact(async (tx) => {
      await step(tx, 'a')
      const failed = tx.transact(async (inner) => {
        await step(inner, 'b')
        expect(await ids(inner)).toEqual(['a', 'b'])
        await inner.deleteAgent('a')
        return abandon()
      })
      await expect(failed).rejects.toThrow('abandoned')
      expect(await ids(tx)).toEqual(['a'])
      await tx.transact((inner) => step(inner, 'c'))
      await step(tx, 'd')
    })
    expect(await ids(store)).toEqual(['a', 'c', 'd'])
  },

  'a nested transaction that has committed is undone with the outer one': async ({ store }) => {
    const failed = store.transact(async (tx) => {
      await tx.transact(async (inner) => inner.transact((innermost) => step(innermost, 'a')))
      expect(await ids(tx)).toEqual(['a'])
      return abandon()
    })
    await expect(failed).rejects.toThrow('abandoned')
    expect(await ids(store)).toEqual([])
  },

  'inside a transaction every call on the outer store is refused, and the transaction goes on': async ({ store }) => {
    await store.transact(async (tx) => {
      for (const [name, call] of Object.entries(CALLS)) {
        await expect(call(store), name).rejects.toMatchObject(OUTSIDE)
        await expect(call(store.withNamespace('other')), name).rejects.toMatchObject(OUTSIDE)
      }
      await expect(store.close()).rejects.toMatchObject(OUTSIDE)
      await expect(store.prisma.agentState.count()).rejects.toMatchObject({ code: 'OUTSIDE_TRANSACTION' })
      await step(tx, 'a')
    })
    expect(await ids(store)).toEqual(['a'])
  },

  'while a nested transaction is open, the handle of the outer one is refused': async ({ store }) => {
    await store.transact(async (tx) => {
      await tx.transact(async (inner) => {
        for (const [name, call] of Object.entries(CALLS)) await expect(call(tx), name).rejects.toMatchObject(OUTSIDE)
        await expect(step(store, 'x')).rejects.toMatchObject(OUTSIDE)
        await step(inner, 'a')
      })
      await step(tx, 'b')
    })
    expect(await ids(store)).toEqual(['a', 'b'])
  },

  "a transaction's handle does not close the store": async ({ store }) => {
    await store.transact(async (tx) => {
      await expect(tx.close()).rejects.toMatchObject(OUTSIDE)
      await step(tx, 'a')
    })
    expect(await ids(store)).toEqual(['a'])
  },

  "a transaction's handle is refused after its end": async ({ store }) => {
    const kept: StateStore[] = []
    await store.transact(async (tx) => void kept.push(tx, tx.withNamespace('other')))
    await store.transact(async (tx) => kept.push(tx) && abandon()).catch(() => {})
    await store.transact(async (tx) => tx.transact(async (inner) => void kept.push(inner)))
    for (const handle of kept) {
      for (const [name, call] of Object.entries(CALLS)) await expect(call(handle), name).rejects.toMatchObject(ENDED)
      await expect(handle.prisma.agentState.count()).rejects.toMatchObject({ code: 'TRANSACTION_ENDED' })
    }
    expect(await ids(store)).toEqual([])
  },

  'a nested transaction that nobody awaited touches no later one': async ({ store }) => {
    const end = closedGate()
    const forgotten: { handle?: StateStore; transaction?: Promise<void> } = {}
    const outer = store.transact(async (tx) => {
      forgotten.transaction = tx.transact(async (inner) => {
        forgotten.handle = inner
        await end.opened
      })
      forgotten.transaction.catch(() => {})
    })
    await expect(outer).rejects.toMatchObject(OUTSIDE)
    await store.transact(async (tx) => {
      await step(tx, 'a')
      await expect(step(forgotten.handle as StateStore, 'x')).rejects.toMatchObject(ENDED)
      end.open()
      await expect(forgotten.transaction).rejects.toMatchObject(ENDED)
      await step(tx, 'b')
    })
    expect(await ids(store)).toEqual(['a', 'b'])
  },
}
