import { deltaChannelHistoryTests, validate } from '@langchain/langgraph-checkpoint-validation'
import { afterAll, beforeAll } from 'vitest'
import type { Backend } from '../../sdk/tests/backends.ts'
import type { Fault } from '../../sdk/tests/faulty-store.ts'
import { Savers } from './savers.ts'

/** LangGraph's own validation of checkpoint savers: all of it. */
export function validateSavers(backend: Backend, fault?: Fault): void {
  let savers: Savers
  beforeAll(() => {
    savers = new Savers(backend, fault)
  })
  afterAll(() => savers.close())
  const initializer = {
    checkpointerName: `@descartes/langgraph on ${backend.name}`,
    createCheckpointer: () => savers.saver(),
  }
  validate(initializer)
  deltaChannelHistoryTests(initializer)
}
