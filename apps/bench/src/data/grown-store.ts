import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { openStateStore, type StateStore } from '@descartes/sdk'
import { agentId, agentInput, eventInput } from './content.ts'

/** A store with N agents and N events. */
export interface GrownStore {
  readonly size: number
  readonly path: string
  readonly store: StateStore
  /** How often each agent was saved. */
  readonly versions: Uint32Array
  /** A cursor to every page of 100 agents, but for the first. */
  readonly cursors: readonly string[]
}

const EVENTS_PER_SESSION = 200

/** Event number `n` belongs to this session; a session's events are spread over the whole history. */
export function sessionOf(n: number, size: number): string {
  return `session-${n % (size / EVENTS_PER_SESSION)}`
}

export async function growStore(folder: string, size: number): Promise<GrownStore> {
  const file = path.join(folder, `grown-${size}.db`)
  const store = await openStateStore({ url: pathToFileURL(file).href, durability: 'normal' })
  for (let from = 0; from < size; from += 500) {
    await Promise.all(Array.from({ length: 500 }, (_, i) => store.saveAgentState(agentInput(agentId(from + i), 0))))
    await store.saveEvents(Array.from({ length: 500 }, (_, i) => eventInput(from + i, sessionOf(from + i, size))))
  }
  return { size, path: file, store, versions: new Uint32Array(size).fill(1), cursors: await allCursors(store, size) }
}

async function allCursors(store: StateStore, size: number): Promise<string[]> {
  const cursors: string[] = []
  let seen = 0
  for (let cursor: string | undefined; ; ) {
    const page = await store.listAgents({ limit: 100, ...(cursor && { cursor }) })
    seen += page.items.length
    if (page.nextCursor === null) break
    cursor = page.nextCursor
    cursors.push(cursor)
  }
  if (seen !== size) throw new Error(`${seen} agents listed of ${size}`)
  return cursors
}
