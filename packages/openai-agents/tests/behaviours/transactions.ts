import { OperationReusedError, SuffixMismatchError } from '@descartes/openai-agents'
import type { AgentInputItem, SessionHistoryTransaction } from '@openai/agents'
import { expect, test } from 'vitest'
import { said, textsOf } from '../items.ts'
import type { Sessions } from '../sessions.ts'

const append = (...items: AgentInputItem[]): SessionHistoryTransaction => ({ type: 'append_items', items })
const replace = (expectedSuffix: AgentInputItem[], replacement: AgentInputItem[]): SessionHistoryTransaction => ({
  ...{ type: 'replace_suffix', expectedSuffix, replacement },
})

/** Changes that carry the id of an operation. */
export function testTransactions(sessions: () => Sessions): void {
  test('appends items once, however often the operation is repeated, also by another process', async () => {
    const { sessionId } = await sessions().place()
    const operation = { operationId: 'o', transaction: append(said('a'), said('b')) }
    for (let i = 0; i < 3; i++) await (await sessions().session(sessionId)).applyHistoryTransaction(operation)
    const session = await sessions().session(sessionId)
    await session.addItems([said('c')])
    await session.applyHistoryTransaction(operation)
    expect(textsOf(await session.getItems())).toEqual(['a', 'b', 'c'])
  })

  test('stores the history and the operation in one version', async () => {
    const { store, sessionId, agentId } = await sessions().place()
    const session = await sessions().session(sessionId)
    await session.addItems([said('a')])
    expect((await store.loadAgentState(agentId))?.state).toEqual({ items: [said('a')] })
    await session.applyHistoryTransaction({ operationId: 'o', transaction: append(said('b')) })
    expect(await store.loadAgentState(agentId)).toMatchObject({
      ...{ version: 2, state: { items: [said('a'), said('b')], operations: { o: expect.any(String) } } },
    })
  })

  test('replaces the end of the history, once', async () => {
    const session = await sessions().session()
    await session.addItems([said('a'), said('b'), said('c')])
    const operation = { operationId: 'o', transaction: replace([said('b'), said('c')], [said('d')]) }
    for (let i = 0; i < 2; i++) await session.applyHistoryTransaction(operation)
    expect(textsOf(await session.getItems())).toEqual(['a', 'd'])
    await session.applyHistoryTransaction({ operationId: 'p', transaction: replace([], [said('e')]) })
    await session.applyHistoryTransaction({ operationId: 'q', transaction: replace([said('e')], []) })
    expect(textsOf(await session.getItems())).toEqual(['a', 'd'])
  })

  test('knows the end of the history whatever the order of keys, and tells undefined from nothing', async () => {
    const session = await sessions().session()
    const bytes = { role: 'user', content: 'a', providerData: { x: 1, y: Buffer.from([1]), z: undefined } } as const
    await session.addItems([bytes])
    const data = { z: undefined, y: new Uint8Array([1]), x: 1 }
    const shorter = { y: data.y, x: data.x }
    const expecting = (providerData: object) => replace([{ providerData, content: 'a', role: 'user' }], [said('b')])
    await expect(
      session.applyHistoryTransaction({ operationId: 'o', transaction: expecting(shorter) }),
    ).rejects.toMatchObject({ code: 'SUFFIX_MISMATCH' })
    await session.applyHistoryTransaction({ operationId: 'o', transaction: expecting(data) })
    expect(textsOf(await session.getItems())).toEqual(['b'])
  })

  test('refuses to replace an end that the history does not have, and changes nothing', async () => {
    const { store, sessionId, agentId } = await sessions().place()
    const session = await sessions().session(sessionId)
    await session.addItems([said('a'), { ...said('b'), providerData: { at: new Date(0) } }])
    for (const expected of [[said('a')], [said('z'), said('a'), said('b')], [said('b')]]) {
      const transaction = replace(expected, [said('c')])
      const refused = await session.applyHistoryTransaction({ operationId: 'o', transaction }).catch((error) => error)
      expect(refused).toBeInstanceOf(SuffixMismatchError)
      expect(refused).toMatchObject({
        ...{ code: 'SUFFIX_MISMATCH', retryable: false, sessionId, expected: expected.length, actual: 2 },
      })
    }
    expect((await store.loadAgentState(agentId))?.version).toBe(1)
    // The operation was not recorded: it can still be used.
    await session.applyHistoryTransaction({ operationId: 'o', transaction: append(said('c')) })
    expect(textsOf(await session.getItems())).toEqual(['a', 'b', 'c'])
  })

  test('refuses an operation that was applied with another transaction, and changes nothing', async () => {
    const { store, sessionId, agentId } = await sessions().place()
    const session = await sessions().session(sessionId)
    await session.applyHistoryTransaction({ operationId: 'o', transaction: append(said('a')) })
    const others = [append(said('b')), append(said('a'), said('a')), replace([], [said('a')]), append()]
    for (const transaction of others) {
      const refused = await session.applyHistoryTransaction({ operationId: 'o', transaction }).catch((error) => error)
      expect(refused).toBeInstanceOf(OperationReusedError)
      expect(refused).toMatchObject({ code: 'OPERATION_REUSED', retryable: false, sessionId, operationId: 'o' })
    }
    expect((await store.loadAgentState(agentId))?.version).toBe(1)
  })

  test('takes any text for the id of an operation', async () => {
    const session = await sessions().session()
    const ids = ['__proto__', 'constructor', '$descartes', 'a/b~c', '🦊', '"', ' a', 'a\0b', 'x'.repeat(2000)]
    for (const operationId of [...ids, ...ids])
      await session.applyHistoryTransaction({ operationId, transaction: append(said(operationId)) })
    expect(textsOf(await session.getItems())).toEqual(ids)
  })

  test('takes a transaction as it was when it was given', async () => {
    const session = await sessions().session()
    const given = said('a')
    const items = [given]
    const applied = session.applyHistoryTransaction({ operationId: 'o', transaction: { type: 'append_items', items } })
    Object.assign(given, { content: 'changed' })
    items.push(said('b'))
    await applied
    expect(textsOf(await session.getItems())).toEqual(['a'])
  })
}
