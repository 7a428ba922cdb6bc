import { expect, test } from 'vitest'
import { call, said } from '../items.ts'
import type { Sessions } from '../sessions.ts'

/** Items that are rewritten, as the SDK rewrites a function call. */
export function testMutations(sessions: () => Sessions): void {
  test('replaces a function call where it stands, and its repetitions by nothing', async () => {
    const session = await sessions().session()
    await session.addItems([call('c'), said('a'), call('c'), call('d')])
    const replacement = call('c', '{"city":"Rome"}')
    await session.applyHistoryMutations({ mutations: [{ type: 'replace_function_call', callId: 'c', replacement }] })
    expect(await session.getItems()).toEqual([replacement, said('a'), call('d')])
  })

  test('stores nothing when no call is replaced', async () => {
    const { store, sessionId, agentId } = await sessions().place()
    const session = await sessions().session(sessionId)
    await session.addItems([call('c')])
    await session.applyHistoryMutations({ mutations: [] })
    const replacement = call('d')
    await session.applyHistoryMutations({ mutations: [{ type: 'replace_function_call', callId: 'd', replacement }] })
    expect((await store.loadAgentState(agentId))?.version).toBe(1)
  })

  test('keeps the operations that were applied', async () => {
    const session = await sessions().session()
    const operation = {
      operationId: 'o',
      transaction: { type: 'append_items' as const, items: [call('c'), said('a')] },
    }
    await session.applyHistoryTransaction(operation)
    const replacement = call('c', '{"city":"Rome"}')
    await session.applyHistoryMutations({ mutations: [{ type: 'replace_function_call', callId: 'c', replacement }] })
    await session.popItem()
    await session.applyHistoryTransaction(operation)
    expect(await session.getItems()).toEqual([replacement])
  })
}
