import { Agent, type AgentInputItem, tool } from '@openai/agents'
import { assistantMessage, functionCall, modelResponder, ScriptedModel } from '@openai/agents/testing'
import { z } from 'zod'

export const CITIES = ['Rome', 'Oslo', 'Bern']
export const QUESTION = 'Which is the cheapest?'
const PRICES = new Map([['Rome', 120], ['Oslo', 200], ['Bern', 90]]) // biome-ignore format: a table

interface Given {
  /** Called in the tool, before it answers. */
  onTool?: (city: string) => Promise<void> | void
  /** Whether a person must approve the price of Oslo. Default false. */
  asks?: boolean
  /** Whether a run ends with each turn that calls a tool. Default false. */
  turnByTurn?: boolean
  /** Whether the answer may be given. Default: it may. */
  mayAnswer?: () => boolean
}

/** An agent that asks for the price of one city after the other, and then says which is the cheapest. */
export function tripAgent({ onTool = () => {}, asks = false, turnByTurn = false, mayAnswer }: Given = {}) {
  const price = tool({
    name: 'price',
    description: 'The price of a trip',
    parameters: z.object({ city: z.string() }),
    needsApproval: async (_, { city }) => asks && city === 'Oslo',
    execute: async ({ city }) => {
      await onTool(city)
      return `${PRICES.get(city)}`
    },
  })
  const answer = ({ request }: { request: { input: string | AgentInputItem[] } }) => [next(request.input)]
  return new Agent({
    name: 'Trips',
    instructions: 'Find the cheapest trip.',
    // What it says depends on what it is given alone, as of a model.
    model: new ScriptedModel(Array.from({ length: 20 }, () => modelResponder(answer))),
    tools: [price],
    toolUseBehavior: turnByTurn ? 'stop_on_first_tool' : 'run_llm_again',
    outputGuardrails:
      mayAnswer === undefined
        ? []
        : [{ name: 'answer', execute: async () => ({ tripwireTriggered: !mayAnswer(), outputInfo: {} }) }],
  })
}

function next(input: string | AgentInputItem[]) {
  const items = typeof input === 'string' ? [] : input
  const known = items.filter(({ type }) => type === 'function_call_result').length
  const city = CITIES[known]
  return city === undefined ? assistantMessage('Bern') : functionCall('price', { city }, { callId: `price-${city}` })
}

/** An item in a few words: what it is, and of which call. */
export function brief(item: AgentInputItem): string {
  if ('callId' in item) return `${item.type} ${item.callId}`
  return 'role' in item ? item.role : `${item.type}`
}

export const pairOf = (city: string) => [`function_call price-${city}`, `function_call_result price-${city}`]

/** The history when all was asked and answered, each item once. */
export const WHOLE = ['user', ...CITIES.flatMap(pairOf), 'assistant']
