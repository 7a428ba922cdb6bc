import type { AgentSummary, StateStore } from '@descartes/sdk'

/** Where a checkpoint is stored: a version of an agent. */
export interface Found {
  agent: AgentSummary
  version: number
  checkpointId: string
}

type Stream = AsyncGenerator<Found, void, boolean | undefined>

/**
 * The checkpoints of many places, newest first: those of one place in the order in which they were put, and of several
 * the one with the highest id first. `next(true)` says that a place has no more that count.
 */
export async function* newestFirst(store: StateStore, agents: readonly AgentSummary[]): Stream {
  const streams = agents.map((agent) => checkpointsOf(store, agent))
  const heads = await Promise.all(streams.map((stream) => stream.next()))
  for (;;) {
    let newest = -1
    for (const [i, head] of heads.entries()) {
      if (head.done !== true && (newest < 0 || isNewer(head.value, heads[newest]?.value as Found))) newest = i
    }
    const head = heads[newest]
    if (head === undefined || head.done === true) return
    const isOver = yield head.value
    const stream = streams[newest] as AsyncGenerator<Found, void>
    heads[newest] = isOver === true ? { done: true, value: undefined } : await stream.next()
  }
}

function isNewer(a: Found, b: Found): boolean {
  return a.checkpointId > b.checkpointId
}

async function* checkpointsOf(store: StateStore, agent: AgentSummary): AsyncGenerator<Found, void> {
  let cursor: string | undefined
  do {
    const { items, nextCursor } = await store.listRevisions(agent.agentId, { cursor })
    // One without a label is the older of two that were put under the same id.
    for (const { version, label } of items) if (label !== null) yield { agent, version, checkpointId: label }
    cursor = nextCursor ?? undefined
  } while (cursor !== undefined)
}
