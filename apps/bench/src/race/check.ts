import { seededAgents } from '../data/kept-seed.ts'
import type { KeptOperation } from '../operations/kept.ts'
import { DataCheckError, requireSame } from '../operations/reader.ts'
import type { Entrant } from './entrant.ts'

const [CALLS, IN_FLIGHT] = [24, 8]

/**
 * Lets a contestant do an operation and reads its work back, before any of it is timed: all data are there and equal, and
 * each write is there for others to read when its promise resolves. Throws a DataCheckError that names the contestant.
 */
export async function requireWork(entrant: Entrant, operation: KeptOperation<Entrant>): Promise<void> {
  const trial = operation.start(entrant, IN_FLIGHT)
  if (trial === undefined) return
  try {
    await trial.round(CALLS)
    if (operation.mode === 'write' && !entrant.joinedByHand) await trial.acknowledge(CALLS)
  } catch (error) {
    if (!(error instanceof DataCheckError)) throw error
    throw new DataCheckError(`${entrant.name}, ${operation.name}: ${error.message}`, { cause: error })
  }
}

/** All contestants start with the same agents, in their second version. */
export async function requireSeeded(entrant: Entrant): Promise<void> {
  if (entrant.operations.saveAgentState === undefined) return
  const wanted = seededAgents(1).map(({ agentId, state }) => ({ agentId, version: 2, state }))
  const stored = new Map((await entrant.stored(wanted.map(({ agentId }) => agentId))).map((a) => [a.agentId, a]))
  for (const agent of wanted) requireSame(stored.get(agent.agentId), agent, `${entrant.name}: agent seeded`)
}
