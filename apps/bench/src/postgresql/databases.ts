import { openStateStore } from '@descartes/sdk'
import { execute } from '../../../../packages/store/tests/postgresql/execute.ts'
import { SEED, seededAgents, seededTalks } from '../data/kept-seed.ts'
import { openDescartes } from './descartes.ts'
import { openLangGraph } from './langgraph.ts'
import { openRaw } from './raw.ts'
import type { BenchServer } from './server.ts'
import type { PostgresqlSubject } from './subject.ts'

/** Opens every subject on a database of its own, all with the same agents. */
export async function openSubjects(server: BenchServer): Promise<PostgresqlSubject[]> {
  const template = await server.createDatabase('template')
  const store = await openStateStore({ url: template })
  for (const inputs of [seededAgents(0), seededAgents(1), seededTalks()])
    await Promise.all(inputs.map((input) => store.saveAgentState(input)))
  const tasks = Array.from({ length: SEED.tasks }, (_, i) => ({ id: `task-${i}`, title: `Task ${i}` }))
  await Promise.all(tasks.map((task) => store.saveTask(task)))
  await store.close()
  await execute(template, 'VACUUM ANALYZE')

  const langgraph = await openLangGraph(await server.createDatabase('langgraph'))
  const { operations } = langgraph
  for (const inputs of [seededAgents(0), seededAgents(1), seededTalks()])
    if (operations.saveAgentState) await langgraph.run('write', operations.saveAgentState, inputs, 64)
  return [
    await openRaw(await server.createDatabase('raw', 'template')),
    await openDescartes(await server.createDatabase('descartes', 'template')),
    langgraph,
  ]
}
