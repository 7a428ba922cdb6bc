import type { AgentState } from '@descartes/sdk'
import { RecentlyUsed } from '@descartes/store'
import { memoryOf } from './memory-of.ts'
import { storedIn } from './stored-checkpoint.ts'

/** Memory that the checkpoints of one saver may take. */
const MOST_BYTES = 32 * 2 ** 20

/**
 * The newest checkpoints that a saver has put itself: the next one of a run need not load what it goes on from. Others may
 * have written since, which the expected version of its save finds out.
 */
export class RecentCheckpoints {
  readonly #agents = new RecentlyUsed<AgentState>(MOST_BYTES)

  /** The agent as this saver has left it, if that was at the checkpoint. */
  at(agentId: string, checkpointId: string | undefined): AgentState | undefined {
    const agent = this.#agents.get(agentId)
    return agent !== undefined && storedIn(agent).checkpoint.id === checkpointId ? agent : undefined
  }

  remember(agent: AgentState): void {
    this.#agents.set(agent.agentId, agent, memoryOf(agent.state))
  }

  forget(agentId: string): void {
    this.#agents.set(agentId, undefined, 0)
  }
}
