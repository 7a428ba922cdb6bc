import { expect } from 'vitest'
import { CALLS } from './calls.ts'
import { closedGate } from './gate.ts'
import type { ContractTests } from './harness.ts'
import { agent, event, range } from './samples.ts'

const CLOSED = { name: 'StoreClosedError', code: 'STORE_CLOSED', retryable: false }

/** The end of a store. */
export const closing: ContractTests = {
  'after closing every call is refused': async ({ store }) => {
    const derived = store.withNamespace('other')
    await store.close()
    for (const [name, call] of Object.entries(CALLS)) {
      await expect(call(store), name).rejects.toMatchObject(CLOSED)
      await expect(call(derived), name).rejects.toMatchObject(CLOSED)
      await expect(call(store.withNamespace('new')), name).rejects.toMatchObject(CLOSED)
    }
    await expect(store.prisma.agentState.count()).rejects.toMatchObject({ code: 'STORE_CLOSED' })
    expect(store.stats().connections.open).toBe(0)
  },

  'closing twice, at once or later, is closing once': async ({ store }) => {
    await Promise.all([store.close(), store.close(), store.withNamespace('other').close()])
    await store.close()
    await expect(store.loadAgentState('a')).rejects.toMatchObject(CLOSED)
  },

  'closing a derived handle closes the store for all': async ({ store }) => {
    await store.withNamespace('other').close()
    await expect(store.loadAgentState('a')).rejects.toMatchObject(CLOSED)
  },

  'a store can be held by await using': async ({ store }) => {
    await store[Symbol.asyncDispose]()
    await expect(store.loadAgentState('a')).rejects.toMatchObject(CLOSED)
  },

  'calls made before closing finish first': async ({ store }) => {
    const writes = range(200).map((i) => store.saveAgentState(agent({ agentId: `a${i}` })))
    const others = [
      store.saveEvents([event()]),
      store.transact((tx) => tx.saveTask({ title: 'A' })),
      store.listAgents(),
    ]
    const closed = store.close()
    for (const saved of await Promise.all(writes)) expect(saved).toMatchObject({ version: 1 })
    for (const done of await Promise.all(others)) expect(done).toBeDefined()
    await closed
    await expect(store.listAgents()).rejects.toMatchObject(CLOSED)
  },

  'a save that a schema checks first is waited for, too': async ({ open }) => {
    const schema = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } }
    const store = await open({ schema: schema as never })
    const saving = store.saveAgentState(agent())
    await store.close()
    expect(await saving).toMatchObject({ version: 1 })
  },

  'a transaction that is open finishes first': async ({ store }) => {
    const opened = closedGate()
    const end = closedGate()
    const transaction = store.transact(async (tx) => {
      opened.open()
      await end.opened
      return tx.saveAgentState(agent())
    })
    await opened.openedBy(transaction)
    const closed = store.close()
    await expect(store.loadAgentState('a')).rejects.toMatchObject(CLOSED)
    end.open()
    expect(await transaction).toMatchObject({ version: 1 })
    await closed
  },

  'what was saved is there when the database is opened again': async ({ store, open }) => {
    const saved = await store.saveAgentState(agent({ metadata: { a: [1] } }))
    const { id } = await store.saveEvent(event())
    await store.close()
    const reopened = await open()
    expect(await reopened.loadAgentState('researcher')).toEqual(saved)
    expect((await reopened.searchEvents('fox')).items.map((hit) => hit.event.id)).toEqual([id])
    expect(await reopened.saveAgentState(agent(), { expectedVersion: 1 })).toMatchObject({ version: 2 })
  },
}
