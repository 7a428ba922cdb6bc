import type { DescartesSession } from '@descartes/openai-agents'
import type { StateStore } from '@descartes/sdk'
import { type Agent, type AssistantMessageItem, RunState, type RunToolApprovalItem, run } from '@openai/agents'

interface Place {
  store: StateStore
  session: DescartesSession
  /** With `toolUseBehavior: 'stop_on_first_tool'`, so that a run is one turn. */
  agent: Agent
}

/** Where the last turn ended: the version of the history, and the run, if it waits for a person. */
interface Turn {
  version: number
  run: string | null
}

/**
 * Asks, or goes on with what was asked, until it is answered or a person must decide. `decisions` are theirs, each on one
 * call: a repetition must not decide on a call that came after. After a crash, call it again as before. As in
 * docs/how-to/use-with-openai-agents.md.
 */
export async function ask(
  { store, session, agent }: Place,
  request: { id: string; question: string },
  decisions: ReadonlyMap<string, boolean> = new Map(),
): Promise<string> {
  const agentId = await session.getSessionId()
  const version = async () => (await store.loadAgentState(session.agentId))?.version ?? 0
  const save = async (run: string | null): Promise<Turn> => {
    const state = { version: await version(), run }
    await store.saveAgentState({ agentId, name: 'Turn', status: run === null ? 'ended' : 'waiting', state })
    return state
  }

  const stored = (await store.loadAgentState(agentId))?.state as unknown as Turn | undefined
  let turn = stored ?? (await save(null))
  // What a turn wrote that did not come to its end is undone.
  if (turn.version === 0) await session.clearSession()
  else if (turn.version !== (await version())) await store.restoreRevision(session.agentId, turn.version)

  const items = [{ type: 'message' as const, role: 'user' as const, content: request.question }]
  await session.applyHistoryTransaction({ operationId: request.id, transaction: { type: 'append_items', items } })
  turn = await save(turn.run)
  for (;;) {
    const [last] = await session.getItems(1)
    if (last !== undefined && 'role' in last && last.role === 'assistant') return textOf(last)
    const state = turn.run === null ? undefined : await RunState.fromString(agent, turn.run)
    const asked = state?.getInterruptions() ?? []
    if (asked.some((call) => !decisions.has(callIdOf(call)))) return `waiting for ${asked.map(callIdOf)}`
    for (const call of asked)
      if (decisions.get(callIdOf(call))) state?.approve(call)
      else state?.reject(call)
    const result = await run(agent, state ?? [], { session })
    turn = await save(result.interruptions.length > 0 ? result.state.toString() : null)
  }
}

const textOf = ({ content }: AssistantMessageItem) =>
  content.map((part) => (part.type === 'output_text' ? part.text : '')).join('')

const callIdOf = ({ rawItem }: RunToolApprovalItem) => ('callId' in rawItem ? rawItem.callId : `${rawItem.id}`)
