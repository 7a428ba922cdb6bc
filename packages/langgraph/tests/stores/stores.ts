import { DescartesStore, type DescartesStoreOptions } from '@descartes/langgraph'
import { afterAll, beforeAll, describe } from 'vitest'
import type { Backend } from '../../../sdk/tests/backends.ts'
import type { Fault } from '../../../sdk/tests/faulty-store.ts'
import { Savers } from '../savers.ts'
import { testBatches } from './batches.ts'
import { testExpiry } from './expiry.ts'
import { testAgainstMemory } from './memory.ts'
import { testNamespaces } from './namespaces.ts'
import { testSearches } from './searches.ts'

/** Makes a store with a namespace of its own, in the one database of the file. */
export type OpenStore = (options?: DescartesStoreOptions) => Promise<DescartesStore>

/** What stores do, as LangGraph wants it and beyond. */
export function testStores(backend: Backend, fault?: Fault): void {
  describe(`a store on ${backend.name}`, () => {
    let made: Savers
    beforeAll(() => {
      made = new Savers(backend, fault)
    })
    afterAll(() => made.close())
    const open: OpenStore = async (options) => {
      const { store } = await made.place()
      return new DescartesStore(store, options)
    }

    describe('batches', () => testBatches(open))
    describe('namespaces', () => testNamespaces(open))
    describe('searches', () => testSearches(open))
    describe('expiry', () => testExpiry(open))
    describe('memory', () => testAgainstMemory(open))
  })
}
