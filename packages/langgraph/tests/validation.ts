import { deltaChannelHistoryTests, validate } from '@langchain/langgraph-checkpoint-validation'
import { afterAll, beforeAll } from 'vitest'
import { type Backend, Savers } from './savers.ts'

/** LangGraph's own validation of checkpoint savers: all of it. */
export function validateSavers(backend: Backend): void {
  let savers: Savers
  beforeAll(() => {
    savers = new Savers(backend)
  })
  afterAll(() => savers.close())
  const initializer = {
    checkpointerName: `@descartes/langgraph on ${backend.name}`,
    createCheckpointer: () => savers.saver(),
  }
  validate(initializer)
  deltaChannelHistoryTests(initializer)
}
