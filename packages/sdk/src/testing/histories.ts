import type { AgentState, Revision } from '../records.ts'
import type { StateStore } from '../state-store.ts'
import { allPages } from './all-pages.ts'
import { agent, range } from './samples.ts'

/** A state in which a counter, a nested field and a list change from turn to turn; large enough to be stored as changes. */
export function turn(number: number) {
  const messages = range(number).map((i) => ({ role: i % 2 ? 'user' : 'agent', text: `message ${i} `.repeat(5) }))
  return { turn: number, plan: { step: `step ${number % 7}`, done: number % 2 === 0 }, messages }
}

/** Saves an agent in as many versions, each with a state of its own; what every save returned. */
export async function saveTurns(store: StateStore, turns: number, agentId = 'researcher'): Promise<AgentState[]> {
  const saved: AgentState[] = []
  for (const i of range(turns)) saved.push(await store.saveAgentState(agent({ agentId, state: turn(i + 1) })))
  return saved
}

/** All versions that the history of an agent holds, newest first. */
export function allRevisions(store: StateStore, agentId = 'researcher'): Promise<Revision[]> {
  return allPages((page) => store.listRevisions(agentId, page), 50)
}

/** The numbers of the versions that the history holds, newest first. */
export async function versionsOf(store: StateStore, agentId = 'researcher'): Promise<number[]> {
  return (await allRevisions(store, agentId)).map(({ version }) => version)
}

/** The agent as it was at every version that the history holds, newest first. */
export async function readHistory(store: StateStore, agentId = 'researcher'): Promise<(AgentState | null)[]> {
  const versions = await versionsOf(store, agentId)
  return Promise.all(versions.map((version) => store.loadAgentState(agentId, { version })))
}

/** Resolves in a later millisecond than the one it is called in, so that what follows has another time. */
export async function nextMillisecond(): Promise<void> {
  const now = Date.now()
  while (Date.now() <= now) await new Promise((resolve) => setTimeout(resolve, 1))
}
