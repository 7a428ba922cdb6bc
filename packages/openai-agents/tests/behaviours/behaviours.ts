import { afterAll, beforeAll, describe } from 'vitest'
import type { Backend } from '../../../sdk/tests/backends.ts'
import type { Fault } from '../../../sdk/tests/faulty-store.ts'
import { Sessions } from '../sessions.ts'
import { testClearing } from './clearing.ts'
import { testConcurrency } from './concurrency.ts'
import { testItems } from './items.ts'
import { testLikeMemorySession } from './like-memory-session.ts'
import { testMutations } from './mutations.ts'
import { testRefusals } from './refusals.ts'
import { testTransactions } from './transactions.ts'

/** What sessions do, without a model. */
export function testBehaviours(backend: Backend, fault?: Fault): void {
  describe(`a session on ${backend.name}`, () => {
    let made: Sessions
    beforeAll(() => {
      made = new Sessions(backend, fault)
    })
    afterAll(() => made.close())
    const sessions = () => made

    describe('items', () => testItems(sessions))
    describe('transactions', () => testTransactions(sessions))
    describe('mutations', () => testMutations(sessions))
    describe('clearing', () => testClearing(sessions))
    describe('refusals', () => testRefusals(sessions))
    describe('concurrency', () => testConcurrency(sessions))
    describe("the SDK's own session beside it", () => testLikeMemorySession(sessions))
  })
}
