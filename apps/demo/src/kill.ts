import type { StateStore } from '@descartes/sdk'
import type { Document } from './documents.ts'
import { AS_KILLED, eventId, type WorkerState } from './worker-state.ts'

/** A worker that is to be killed, and what came of it. */
export interface Kill {
  agentId: string
  path: string
  /** The section whose event it had just saved, of how many. */
  section: number
  sections: number
  killedPid: number
  signal: string
  /** Sections read, by the position that the store holds. */
  storedPosition: number
  successorPid: number
  /** From the kill until the successor was at work. */
  downMs: number
}

/** The middle of a document, half-way through the run if there is one of several sections: a section's event id. */
export function whereToKill(documents: readonly Document[]): string {
  const secondHalf = documents.slice(Math.floor(documents.length / 2))
  const longest = documents.reduce((a, b) => (b.sections.length > a.sections.length ? b : a))
  const { path, sections } = secondHalf.find((document) => document.sections.length >= 3) ?? longest
  return eventId(path, Math.ceil((sections.length + 1) / 2))
}

/** Writes down that an agent's process is gone; gives the position that a successor will find. */
export async function recordLoss(
  store: StateStore<WorkerState>,
  agentId: string,
  pid: number,
  signal: string,
): Promise<number> {
  const agent = await store.loadAgentState(agentId)
  if (!agent?.state.reading)
    throw new Error(`${agentId} was killed in the middle of a document, but the store holds no position`)
  await store.updateAgentStatus(agentId, 'lost', { reason: `process ${pid} ended by ${signal}` })
  await store.createSnapshot(agentId, { description: AS_KILLED })
  return agent.state.reading.read
}
