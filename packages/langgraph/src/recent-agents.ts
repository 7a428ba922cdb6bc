import type { AgentState } from '@descartes/sdk'
import { RecentlyUsed } from '@descartes/store'
import { memoryOf } from './memory-of.ts'

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

  remember(agent: AgentState): void {
    this.#agents.set(agent.agentId, agent, memoryOf(agent.state))
  }

  forget(agentId: string): void {
    this.#agents.set(agentId, undefined, 0)
  }
}
