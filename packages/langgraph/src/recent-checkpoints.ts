import type { AgentState } from '@descartes/sdk'
import { storedIn } from './stored-checkpoint.ts'

/**
 * The newest checkpoints that a saver has put itself: the next one of a run need not load what it goes on from. Others may
 * have written since, which the expected version of its save finds out. The collector takes back what is not used, for
 * states may be large.
 */
export class RecentCheckpoints {
  readonly #agents = new Map<string, WeakRef<AgentState>>()
  readonly #collected = new FinalizationRegistry<string>((agentId) => {
    if (this.#agents.get(agentId)?.deref() === undefined) this.#agents.delete(agentId)
  })

  /** The agent as this saver has left it, if that was at the checkpoint. */
  at(agentId: string, checkpointId: string | undefined): AgentState | undefined {
    const agent = this.#agents.get(agentId)?.deref()
    return agent !== undefined && storedIn(agent).checkpoint.id === checkpointId ? agent : undefined
  }

  remember(agent: AgentState): void {
    this.#agents.set(agent.agentId, new WeakRef(agent))
    this.#collected.register(agent, agent.agentId)
  }

  forget(agentId: string): void {
    this.#agents.delete(agentId)
  }
}
