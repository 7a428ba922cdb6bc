import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import { loadState, saverOperations } from '../checkpoints/saver-operations.ts'
import { keepInFlight } from '../subjects/subject.ts'
import { openPool, POOL_SIZE, type PostgresqlSubject } from './subject.ts'

/** LangGraph's saver, and another one to read back. */
export async function openLangGraph(url: string): Promise<PostgresqlSubject> {
  const [saver, reader] = [new PostgresSaver(openPool(url)), new PostgresSaver(openPool(url))]
  await saver.setup()
  return {
    name: 'langgraph',
    operations: saverOperations(saver),
    run: (_mode, operation, inputs, inFlight) => keepInFlight(operation, inputs, inFlight),
    stored: (agentIds) => keepInFlight((agentId) => loadState(reader, agentId), agentIds, POOL_SIZE),
    rows: undefined,
    async close() {
      await saver.end()
      await reader.end()
    },
  }
}
