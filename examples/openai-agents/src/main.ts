// An agent that asks a person before it books a trip. The answer is given to another process, whenever that may be:
//   npm run example -- openai-agents plan Rome
//   npm run example -- openai-agents answer yes
// With OPENAI_API_KEY set, a model of OpenAI is asked; without it, a script stands in for one.
import { DescartesSession } from '@descartes/openai-agents'
import { openStateStore } from '@descartes/sdk'
import { RunState, run, setTracingDisabled } from '@openai/agents'
import { tripAgent } from './trip-agent.ts'

const TRIP = 'my-trip'
const [verb, argument] = process.argv.slice(2)

if ((verb !== 'plan' && verb !== 'answer') || argument === undefined) {
  console.error('usage: npm run example -- openai-agents plan CITY | answer yes|no')
  process.exit(2)
}
setTracingDisabled(true)

await using store = await openStateStore({ url: process.env.DATABASE_URL ?? 'file:./trips.db' })
const session = new DescartesSession(store, { sessionId: TRIP })
const agent = tripAgent()

const input = verb === 'plan' ? argument : await answered(argument === 'yes')
if (input === undefined) console.log('Nothing was asked: plan a trip first.')
else await goOn(input)

/** Runs the agent until it is done, or must ask: then the run waits in the store. */
async function goOn(input: string | NonNullable<Awaited<ReturnType<typeof answered>>>): Promise<void> {
  const result = await run(agent, input, { session })
  if (result.interruptions.length > 0) {
    const state = { run: result.state.toString() }
    await store.saveAgentState({ agentId: TRIP, name: 'A run', status: 'waiting', state }, { revive: true })
    for (const asked of result.interruptions) console.log(`May I ${asked.name} ${asked.arguments}?`)
  } else {
    await store.deleteAgent(TRIP)
    console.log(result.finalOutput)
    console.log(`The conversation has ${(await session.getItems()).length} items.`)
  }
}

/** The run that waits, with the person's answer. */
async function answered(isApproved: boolean) {
  const saved = await store.loadAgentState(TRIP)
  if (saved === null) return undefined
  const state = await RunState.fromString(agent, (saved.state as { run: string }).run)
  for (const asked of state.getInterruptions())
    if (isApproved) state.approve(asked)
    else state.reject(asked)
  return state
}
