import {
  type AgentState,
  type AgentSummary,
  InvalidInputError,
  type StateStore,
  StateStoreError,
  type StateValue,
} from '@descartes/sdk'
import type { AgentInputItem } from '@openai/agents'
import { SessionBusyError } from './errors.ts'

/** The state of the agent that holds a session: each of its versions is the history after one change. */
export interface History {
  items: AgentInputItem[]
  /** The transactions that were applied, by operationId, as their digests; not there before the first. */
  operations?: Record<string, string>
}

/** What the agent that holds a session is called, for who looks at the store. */
const SESSION = { name: 'OpenAI Agents session', status: 'session' }

/** The agent that holds a session. JSON, so that an agent of the caller's own is not called alike. */
export function agentIdOf(sessionId: string): string {
  return JSON.stringify([sessionId])
}

/** How often a change is tried when others are faster: of those that come together, one is stored each time. */
const MAX_ATTEMPTS = 200

export interface LoadedHistory {
  history: History
  /** 0 of a session that has no items yet, whose history is empty. */
  version: number
  /** When the session began. One that begins anew after it was purged counts its versions from 1 again. */
  begun: number | undefined
}

export async function loadHistory(store: StateStore, sessionId: string): Promise<LoadedHistory> {
  const agent = await store.loadAgentState(agentIdOf(sessionId))
  if (agent === null) return { history: { items: [] }, version: 0, begun: undefined }
  return { history: historyIn(agent), version: agent.version, begun: agent.createdAt.getTime() }
}

/** Appends without loading anything; makes the session if it is not there. Gives the version that holds the items. */
export async function appendItems(store: StateStore, sessionId: string, items: AgentInputItem[]): Promise<number> {
  return orCreate(store, sessionId, items, () => store.appendToAgentState(agentIdOf(sessionId), '/items', items))
}

/** Puts other items in the place of all; the applied operations stay applied. */
export async function replaceItems(store: StateStore, sessionId: string, items: AgentInputItem[]): Promise<void> {
  const replacement = [{ op: 'replace' as const, path: '/items', value: items }]
  await orCreate(store, sessionId, items, () => store.patchAgentState(agentIdOf(sessionId), replacement))
}

/** Puts other items in the place of those that were loaded; false when these are not the newest any more. */
export async function replaceLoaded(
  store: StateStore,
  sessionId: string,
  { history, version, begun }: LoadedHistory,
  items: AgentInputItem[],
): Promise<boolean> {
  return store.transact(async (tx) => {
    const now = await loadHistory(tx, sessionId)
    return now.begun === begun && saveHistory(tx, sessionId, { ...history, items }, version)
  })
}

/** Removes all items, and forgets the operations. A session that is not there needs no clearing. */
export async function clearHistory(store: StateStore, sessionId: string): Promise<void> {
  try {
    await store.patchAgentState(agentIdOf(sessionId), [
      // Refuses the state of an agent that is no session.
      { op: 'replace', path: '/items', value: [] },
      { op: 'replace', path: '', value: { items: [] } },
    ])
  } catch (error) {
    if (!hasCode(error, 'AGENT_NOT_FOUND') && !hasCode(error, 'AGENT_DELETED')) throw error
  }
}

/**
 * Stores what `change` makes of the history, and gives back the history before. `change` is asked again when another was
 * faster; it gives undefined when nothing is to be changed, and throws to refuse.
 */
export async function changeHistory(
  store: StateStore,
  sessionId: string,
  change: (history: History) => History | undefined,
): Promise<History> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const { history, version } = await loadHistory(store, sessionId)
    const changed = change(history)
    if (changed === undefined || (await saveHistory(store, sessionId, changed, version))) return history
  }
  throw new SessionBusyError(sessionId, MAX_ATTEMPTS)
}

/** Stores a history over one version of it; false when that is not the newest any more. */
async function saveHistory(
  store: StateStore,
  sessionId: string,
  history: History,
  expectedVersion: number,
): Promise<boolean> {
  const input = { agentId: agentIdOf(sessionId), ...SESSION, state: history as unknown as StateValue }
  try {
    await store.saveAgentState(input, { expectedVersion })
    return true
  } catch (error) {
    if (hasCode(error, 'VERSION_CONFLICT')) return false
    throw error
  }
}

async function orCreate(
  store: StateStore,
  sessionId: string,
  items: AgentInputItem[],
  write: () => Promise<AgentSummary>,
): Promise<number> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    try {
      return (await write()).version
    } catch (error) {
      if (!hasCode(error, 'AGENT_NOT_FOUND')) throw error
    }
    if (await saveHistory(store, sessionId, { items }, 0)) return 1
  }
  throw new SessionBusyError(sessionId, MAX_ATTEMPTS)
}

function historyIn({ agentId, state }: AgentState): History {
  const history = state as unknown as History | null
  if (!Array.isArray(history?.items))
    throw new InvalidInputError('sessionId', 'the id of a session', `that of another agent: ${JSON.stringify(agentId)}`)
  return history
}

function hasCode(error: unknown, code: StateStoreError['code']): boolean {
  return error instanceof StateStoreError && error.code === code
}
