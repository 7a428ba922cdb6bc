import { pathToFileURL } from 'node:url'
import { openStateStore, type StateStore } from '@descartes/sdk'
import type { Change } from '../data/conversation.ts'
import { DataCheckError } from '../operations/reader.ts'
import type { Durability } from '../subjects/subject.ts'
import type { Keeper } from './keeper.ts'

const AGENT = 'conversation'

type Save = (store: StateStore, turn: number, state: unknown, change: Change) => Promise<void>

/** Our store; each state is saved whole, as the peer has it. */
export function openWhole(durability: Durability): (path: string) => Promise<Keeper> {
  return (path) => openKeeper(pathToFileURL(path).href, durability, eachWhole)
}

/** Our store; it is told each change alone. */
export async function openChanges(path: string): Promise<Keeper> {
  return openKeeper(pathToFileURL(path).href, 'normal', eachChange)
}

export const eachWhole: Save = (store, turn, state) => saveWhole(store, state, turn)

export const eachChange: Save = async (store, turn, state, change) => {
  if (turn === 1) await saveWhole(store, state, turn)
  else if ('append' in change) await store.appendToAgentState(AGENT, change.append, change.items)
  else await store.patchAgentState(AGENT, change.patch)
}

/** Our store at a url, which is told of each turn in one of these ways. */
export async function openKeeper(url: string, durability: Durability, save: Save): Promise<Keeper> {
  const store = await openStateStore<unknown>({ url, durability })
  return {
    save: (turn, state, change) => save(store as StateStore, turn, state, change),
    async read(turn) {
      const agent = await store.loadAgentState(AGENT, { version: turn })
      return agent?.version === turn ? agent.state : undefined
    },
    async count() {
      let count = 0
      let cursor: string | null | undefined
      do {
        const page = await store.listRevisions(AGENT, { limit: 500, ...(cursor && { cursor }) })
        count += page.items.length
        cursor = page.nextCursor
      } while (cursor !== null)
      return count
    },
    close: () => store.close(),
  }
}

async function saveWhole(store: StateStore, state: unknown, turn: number): Promise<void> {
  const { version } = await store.saveAgentState({
    agentId: AGENT,
    name: 'Conversation',
    status: 'running',
    state: state as never,
  })
  if (version !== turn) throw new DataCheckError(`version ${version} at turn ${turn}`)
}
