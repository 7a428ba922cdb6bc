import type { DescartesSession } from '@descartes/openai-agents'
import type { StateStore } from '@descartes/sdk'
import { run } from '@openai/agents'
import { ask } from './ask.ts'
import { QUESTION, tripAgent } from './trip-agent.ts'

/**
 * How the question is asked: in one run, or in one whose answer is blocked; turn by turn; so that a person must approve; or
 * with the person's approval.
 */
export type Mode = 'whole' | 'blocked' | 'turns' | 'asks' | 'yes'

/** What a process is to do. */
export interface Job {
  sessionId: string
  mode: Mode
  /** Where it stays, until it is killed. */
  moment?: string
}

export async function runMode(
  store: StateStore,
  session: DescartesSession,
  mode: Mode,
  onTool: (city: string) => Promise<void> = async () => {},
): Promise<unknown> {
  if (mode === 'whole') return (await run(tripAgent({ onTool }), QUESTION, { session })).finalOutput
  if (mode === 'blocked') return run(tripAgent({ mayAnswer: () => false }), QUESTION, { session })
  const agent = tripAgent({ onTool, asks: mode !== 'turns', turnByTurn: true })
  const decisions = new Map(mode === 'yes' ? [['price-Oslo', true]] : [])
  return ask({ store, session, agent }, { id: 'request 1', question: QUESTION }, decisions)
}
