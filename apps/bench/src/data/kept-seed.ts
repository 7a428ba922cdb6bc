import { agentId, agentInput } from './content.ts'
import { conversation } from './conversation.ts'

/** What databases of any engine start with: agents that were saved twice, conversations, and tasks where there are any. */
export const SEED = { agents: 1024, tasks: 200, talks: 64, turns: 40 } as const
export const TALK = conversation(400)

export const talkId = (i: number) => `talk-${String(i).padStart(3, '0')}`
export const agentAt = (n: number) => agentId(n % SEED.agents)

export function seededAgents(step: number) {
  return Array.from({ length: SEED.agents }, (_, i) => agentInput(agentId(i), step))
}

export function seededTalks() {
  const state = TALK.stateAfter(SEED.turns)
  return Array.from({ length: SEED.talks }, (_, i) => ({ ...agentInput(talkId(i), SEED.turns), state }))
}
