import { pathToFileURL } from 'node:url'
import { openStateStore, type StateStore } from '@descartes/sdk'
import { agentId, agentInput, eventInput } from './content.ts'

/** What every measured operation starts from. */
export const SEED = {
  agents: 1000,
  /** The first agents have a history of `transitions` each. */
  histories: 8,
  transitions: 200,
  events: 2000,
  eventSessions: 10,
  tasks: 400,
  sessions: 400,
} as const

/** Version of every seeded agent: saved as step 0, then as step 1. */
export const SEEDED_VERSION = 2

/** The reason of transition `t` in an agent's seeded history. */
export function historyReason(id: string, t: number): string {
  return `reason ${t} of ${id}`
}

export function sessionId(i: number): string {
  return `session-${String(i).padStart(3, '0')}`
}

/** Writes the seeded database and closes it, so that its file can be copied. */
export async function createTemplate(path: string): Promise<void> {
  const store = await openStateStore({ url: pathToFileURL(path).href, durability: 'normal' })
  await saveAgents(store, 0)
  await saveAgents(store, 1)
  for (let t = 0; t < SEED.transitions; t++)
    await each(SEED.histories, (i) =>
      store.recordStateTransition({
        agentId: agentId(i),
        before: 'idle',
        after: 'running',
        reason: historyReason(agentId(i), t),
      }),
    )
  for (let from = 0; from < SEED.events; from += 500)
    await store.saveEvents(
      Array.from({ length: 500 }, (_, i) => eventInput(from + i, sessionId((from + i) % SEED.eventSessions))),
    )
  await each(SEED.tasks, (i) =>
    store.saveTask({
      id: `task-${i}`,
      title: `Task ${i}`,
      description: 'Read and summarize',
      assignedTo: agentId(i),
      metadata: { i },
    }),
  )
  await each(SEED.sessions, (i) => store.startSession({ id: `run-${i}`, agentId: agentId(i), metadata: { i } }))
  await store.close()
}

async function saveAgents(store: StateStore, step: number): Promise<void> {
  await each(SEED.agents, (i) => store.saveAgentState(agentInput(agentId(i), step)))
}

async function each(count: number, action: (i: number) => Promise<unknown>): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, i) => action(i)))
}
