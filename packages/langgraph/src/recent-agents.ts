import type { AgentState } from '@descartes/sdk'
import { RecentlyUsed } from '@descartes/store'
import { inOwnMemory } from './own-memory.ts'

/**
 * Agents as a saver has left them itself: what it puts next need not load what it goes on from. Others may have written
 * since, which the expected version of a save finds out.
 */
export class RecentAgents {
  readonly #agents: RecentlyUsed<AgentState>

  /** `mostBytes` of memory are held. */
  constructor(mostBytes: number) {
    this.#agents = new RecentlyUsed(mostBytes)
  }

  get(agentId: string): AgentState | undefined {
    return this.#agents.get(agentId)
  }

  /** The agent's state is changed in place: it must be the caller's alone. */
  remember(agent: AgentState): void {
    const { value, bytes } = inOwnMemory(agent.state, this.get(agent.agentId)?.state)
    this.#agents.set(agent.agentId, { ...agent, state: value as AgentState['state'] }, bytes)
  }

  forget(agentId: string): void {
    this.#agents.set(agentId, undefined, 0)
  }

  forgetAll(): void {
    this.#agents.clear()
  }
}
