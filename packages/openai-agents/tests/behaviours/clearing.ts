import { expect, test } from 'vitest'
import { said, textsOf } from '../items.ts'
import type { Sessions } from '../sessions.ts'

const append = (text: string) => ({
  ...{ operationId: 'o', transaction: { type: 'append_items' as const, items: [said(text)] } },
})
const compaction = { type: 'compaction', encrypted_content: 'x' } as const

/** Histories that are cleared, replaced, deleted, and gone back to. */
export function testClearing(sessions: () => Sessions): void {
  test('clears the items and forgets the operations; a run that goes on appends', async () => {
    const session = await sessions().session()
    await session.clearSession()
    await session.applyHistoryTransaction(append('a'))
    await session.clearSession()
    expect(await session.getItems()).toEqual([])
    await session.addItems([said('late')])
    await session.applyHistoryTransaction(append('b'))
    expect(textsOf(await session.getItems())).toEqual(['late', 'b'])
  })

  test('puts a compaction in the place of all items, in one version, and keeps the operations', async () => {
    const { store, sessionId, agentId } = await sessions().place()
    const session = await sessions().session(sessionId)
    await session.applyHistoryTransaction(append('a'))
    await session.replaceHistoryWithCompaction([compaction, said('b')])
    expect(await session.getItems()).toEqual([compaction, said('b')])
    expect((await store.loadAgentState(agentId))?.version).toBe(2)
    await session.applyHistoryTransaction(append('a'))
    expect(await session.getItems()).toHaveLength(2)
    const fresh = await sessions().session()
    await fresh.replaceHistoryWithCompaction([compaction])
    expect(await fresh.getItems()).toEqual([compaction])
  })

  test('keeps every version of a conversation: it can be looked at, gone back to, and branched', async () => {
    const { store, sessionId, agentId } = await sessions().place()
    const session = await sessions().session(sessionId)
    for (const text of ['a', 'b']) await session.addItems([said(text)])
    await session.clearSession()
    expect((await store.loadAgentState(agentId, { version: 2 }))?.state).toEqual({ items: [said('a'), said('b')] })
    const fork = await sessions().session()
    await store.forkAgent(agentId, { agentId: fork.agentId, version: 1 })
    await fork.addItems([said('c')])
    await store.restoreRevision(agentId, 2)
    expect(textsOf(await fork.getItems())).toEqual(['a', 'c'])
    expect(textsOf(await session.getItems())).toEqual(['a', 'b'])
  })

  test('refuses what a run writes to a session whose agent was deleted, until it is purged', async () => {
    const { store, sessionId, agentId } = await sessions().place()
    const session = await sessions().session(sessionId)
    await session.addItems([said('a')])
    await store.deleteAgent(agentId)
    expect(await session.getItems()).toEqual([])
    expect(await session.popItem()).toBeUndefined()
    await session.clearSession()
    const late = [
      session.addItems([said('b')]),
      session.applyHistoryTransaction(append('b')),
      session.replaceHistoryWithCompaction([compaction]),
    ]
    for (const write of await Promise.allSettled(late))
      expect(write).toMatchObject({ status: 'rejected', reason: { code: 'AGENT_DELETED', retryable: false } })
    await store.purgeAgent(agentId)
    await session.addItems([said('new')])
    expect(textsOf(await session.getItems())).toEqual(['new'])
  })
}
