import { isDeepStrictEqual } from 'node:util'
import type { AgentSummary, JsonValue, StateStore } from '@descartes/sdk'
import { conversation } from '../data/conversation.ts'
import { DataCheckError } from '../operations/reader.ts'

type State = {
  turn: number
  archive: JsonValue[]
  progress: { current: { turn: number } }
  messages: JsonValue[]
}

/** An agent with a state of some size: a counter at the front, a nested field in the middle, a list that grows at the end. */
export class SizedAgent {
  readonly agentId: string
  state: State
  version = 0
  readonly #half: JsonValue[]

  constructor(agentId: string, bytes: number) {
    this.agentId = agentId
    this.#half = messagesOf(bytes / 2)
    this.state = this.#first()
  }

  /** Saves the state as it was first, when changes have made it much larger. */
  async reset(store: StateStore): Promise<void> {
    if (this.version > 0 && this.state.messages.length < 1.1 * this.#half.length) return
    this.state = this.#first()
    const { agentId, state } = this
    this.version = (await store.saveAgentState({ agentId, name: agentId, status: 'running', state })).version
  }

  #first(): State {
    return { turn: 0, archive: this.#half, progress: { current: { turn: 0 } }, messages: [...this.#half] }
  }
}

type Change = (store: StateStore, agent: SizedAgent) => Promise<Pick<AgentSummary, 'version'>>

const say = (n: number) => ({ role: 'assistant', content: `What is said in turn ${n}: a sentence of usual length.` })

export const CHANGES: Record<string, Change> = {
  'a message more, state saved whole': async (store, { agentId, state }) => {
    state.messages.push(say(state.messages.length))
    return store.saveAgentState({ agentId, name: agentId, status: 'running', state })
  },
  'a message more, appended': async (store, { agentId, state }) => {
    const message = say(state.messages.length)
    state.messages.push(message)
    return store.appendToAgentState(agentId, '/messages', [message])
  },
  'a counter and a nested field, patched': async (store, { agentId, state }) => {
    state.turn++
    state.progress.current.turn++
    return store.patchAgentState(agentId, [
      { op: 'replace', path: '/turn', value: state.turn },
      { op: 'replace', path: '/progress/current/turn', value: state.progress.current.turn },
    ])
  },
}

/** Throws unless the newest version is what all changes together have made. */
export async function requireChanged(store: StateStore, { agentId, version, state }: SizedAgent): Promise<void> {
  const stored = await store.loadAgentState(agentId)
  if (stored?.version !== version || !isDeepStrictEqual(stored.state, state))
    throw new DataCheckError(`${agentId} is not what its ${version} changes make of it`)
}

function messagesOf(bytes: number): JsonValue[] {
  const said = (conversation(1000).stateAfter(1000) as { messages: { role: string; content: string }[] }).messages
  const messages: JsonValue[] = []
  for (let n = 0, size = 0; size < bytes; n++) {
    const { role, content } = said[n % said.length] as { role: string; content: string }
    const message = { role, content: `${n}: ${content}` }
    messages.push(message)
    size += JSON.stringify(message).length + 1
  }
  return messages
}
