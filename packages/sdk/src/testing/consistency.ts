import { expect } from 'vitest'
import type { ContractTests } from './harness.ts'
import { fillStore, READS, saveMore } from './reads.ts'

/** Reads that may be behind. */
export const consistency: ContractTests = {
  'every read takes a consistency; what may be behind is still an answer of the same form': async ({ store }) => {
    await fillStore(store)
    for (const [name, read] of Object.entries(READS)) {
      const found = await read(store)
      expect(found, name).toBeDefined()
      expect(await read(store, { consistency: 'strong' }), name).toEqual(found)
      const eventual = await read(store, { consistency: 'eventual' })
      // A replica may know nothing yet.
      if (eventual) expect(Object.keys(eventual), name).toEqual(Object.keys(found ?? {}))
    }
  },

  'within a transaction nothing is behind, whatever was asked for': async ({ store }) => {
    await fillStore(store)
    const read = await store.transact(async (tx) => {
      await saveMore(tx, 3)
      for (const [name, look] of Object.entries(READS))
        expect(await look(tx, { consistency: 'eventual' }), name).toEqual(await look(tx))
      return tx.loadAgentState('researcher', { consistency: 'eventual' })
    })
    expect(read).toMatchObject({ version: 3 })
  },

  'a consistency that there is not is refused by every read': async ({ store }) => {
    await fillStore(store)
    for (const [name, read] of Object.entries(READS)) {
      for (const consistency of ['weak', '', 'EVENTUAL', null, 1, true, {}]) {
        const refused = read(store, { consistency: consistency as never })
        await expect(refused, name).rejects.toMatchObject({ code: 'INVALID_INPUT', path: 'consistency' })
      }
    }
  },
}
