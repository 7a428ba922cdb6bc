import type { AgentSummary, StateStore } from '@descartes/sdk'
import { CHECKPOINTS, threadPrefix, WRITES } from './keys.ts'

/** Deletes what there is of a thread: first all its checkpoints in one commit, so that nothing goes on from them. */
export async function deleteThread(store: StateStore, threadId: string): Promise<void> {
  const idPrefix = threadPrefix(threadId)
  await store.transact(async (tx) => {
    await deleteAll(tx, () => tx.listAgents({ idPrefix, status: CHECKPOINTS.status }))
  })
  await deleteAll(store, () => store.listAgents({ idPrefix, status: WRITES.status }))
}

async function deleteAll(store: StateStore, list: () => Promise<{ items: AgentSummary[] }>): Promise<void> {
  for (;;) {
    const { items } = await list()
    if (items.length === 0) return
    await Promise.all(items.map(({ agentId }) => store.deleteAgent(agentId)))
  }
}
