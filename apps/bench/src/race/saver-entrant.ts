import type { OpenedSaver } from '../checkpoints/checkpoint-keeper.ts'
import { loadState, saverOperations } from '../checkpoints/saver-operations.ts'
import { seededAgents } from '../data/kept-seed.ts'
import { keepInFlight } from '../subjects/subject.ts'
import type { ContestantId, Entrant } from './entrant.ts'

/** Reads of those who read back: no more connections than the pools have. */
const READS = 8

/** A checkpoint saver on a place of its own, with the seeded agents as threads; another one on the same place reads back. */
export async function enterSaver(
  name: ContestantId,
  open: () => Promise<OpenedSaver>,
  seedingInFlight: number,
): Promise<Entrant> {
  const written = await open()
  const reading = await open()
  const operations = saverOperations(written.saver)
  for (const step of [0, 1])
    if (operations.saveAgentState) await keepInFlight(operations.saveAgentState, seededAgents(step), seedingInFlight)
  return {
    name,
    operations,
    run: (_mode, operation, inputs, inFlight) => keepInFlight(operation, inputs, inFlight),
    stored: (agentIds) => keepInFlight((agentId) => loadState(reading.saver, agentId), agentIds, READS),
    async close() {
      await reading.close()
      await written.close()
    },
  }
}
