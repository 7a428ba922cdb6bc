import { afterAll, beforeAll, describe } from 'vitest'
import type { Backend } from '../../../sdk/tests/backends.ts'
import type { Fault } from '../../../sdk/tests/faulty-store.ts'
import { Savers } from '../savers.ts'
import { testFinding } from './finding.ts'
import { testThreads } from './threads.ts'
import { testValues } from './values.ts'
import { testWrites } from './writes.ts'

/** What savers do beyond LangGraph's validation. */
export function testBehaviours(backend: Backend, fault?: Fault): void {
  describe(`a saver on ${backend.name}`, () => {
    let made: Savers
    beforeAll(() => {
      made = new Savers(backend, fault)
    })
    afterAll(() => made.close())
    const savers = () => made

    describe('values', () => testValues(savers))
    describe('finding', () => testFinding(savers))
    describe('writes', () => testWrites(savers))
    describe('threads', () => testThreads(savers))
  })
}
