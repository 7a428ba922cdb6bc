import { isDeepStrictEqual } from 'node:util'
import type { AgentState, JsonValue, StateStore } from '@descartes/sdk'
import { agentInput } from '../data/content.ts'
import { conversation } from '../data/conversation.ts'
import { DataCheckError } from '../operations/reader.ts'

/** An agent with many versions. */
export interface AgedAgent {
  readonly title: string
  readonly agentId: string
  readonly versions: number
  stateAt(version: number): JsonValue
  /** Pointers to a value that the newest version changed, and to one that has been there since the first. */
  readonly pointers: { newest: string; oldest: string }
}

export function agedAgents(versions: number): AgedAgent[] {
  const { stateAfter } = conversation(versions)
  return [
    {
      title: 'a conversation of 565 KB',
      agentId: 'conversation',
      versions,
      stateAt: stateAfter,
      pointers: { newest: `/messages/${2 * versions - 1}`, oldest: '/messages/0' },
    },
    {
      title: 'a state of 1 KB',
      agentId: 'small',
      versions,
      stateAt: (version) => agentInput('small', version).state,
      pointers: { newest: '/step', oldest: '/goal' },
    },
  ]
}

export async function saveVersions(store: StateStore, { agentId, versions, stateAt }: AgedAgent): Promise<void> {
  for (let version = 1; version <= versions; version++)
    await store.saveAgentState({ agentId, name: agentId, status: 'running', state: stateAt(version) })
}

/** Throws unless it is the agent as it was at the version. */
export function requireVersion({ title, stateAt }: AgedAgent, version: number, agent: AgentState | null): void {
  if (agent?.version !== version || !isDeepStrictEqual(agent.state, stateAt(version)))
    throw new DataCheckError(`version ${version} of ${title} is not what was saved`)
}
