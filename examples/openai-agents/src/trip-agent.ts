import { Agent, type AgentInputItem, type Model, tool } from '@openai/agents'
import { assistantMessage, functionCall, modelResponder, ScriptedModel } from '@openai/agents/testing'
import { z } from 'zod'

/** An agent that books a trip, once a person has approved it. */
export function tripAgent() {
  const book = tool({
    name: 'book',
    description: 'Books a trip to a city.',
    parameters: z.object({ city: z.string() }),
    needsApproval: true,
    execute: ({ city }) => `${city} is booked.`,
  })
  const instructions = 'Book the trip that the user wants, and say what came of it.'
  // With a key, OpenAI's default model is asked; without one, a script stands in for it.
  const model = process.env.OPENAI_API_KEY === undefined ? { model: script() } : {}
  return new Agent({ name: 'Trips', instructions, tools: [book], ...model })
}

/** Calls the tool with what the user has said, and repeats what the tool has answered. */
function script(): Model {
  const answer = (items: AgentInputItem[]) => {
    const last = items.at(-1)
    if (last?.type === 'function_call_result') return assistantMessage(textOf(last.output))
    const city = last !== undefined && 'content' in last ? String(last.content) : ''
    return functionCall('book', { city }, { callId: `call-${items.length}` })
  }
  return new ScriptedModel(
    [1, 2].map(() => modelResponder(({ request }) => [answer(request.input as AgentInputItem[])])),
  )
}

function textOf(output: unknown): string {
  return typeof output === 'string' ? output : (output as { text: string }).text
}
