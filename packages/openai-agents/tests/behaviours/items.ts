import { deepStrictEqual } from 'node:assert/strict'
import { DescartesSession } from '@descartes/openai-agents'
import { openStateStore } from '@descartes/sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { item, KINDS, plain, said, textsOf } from '../items.ts'
import type { Sessions } from '../sessions.ts'

/** The state of other agents. */
interface Step {
  step: number
}

/** What is added comes back. */
export function testItems(sessions: () => Sessions): void {
  test('gives items back in their order: all, the newest, or none', async () => {
    const session = await sessions().session()
    expect(await session.getItems()).toEqual([])
    await session.addItems([])
    await session.addItems([said('a'), said('b')])
    await session.addItems([said('c')])
    const expected: [number | undefined, string[]][] = [
      [undefined, ['a', 'b', 'c']],
      [Number.POSITIVE_INFINITY, ['a', 'b', 'c']],
      [7, ['a', 'b', 'c']],
      [2, ['b', 'c']],
      [0, []],
      [-1, []],
    ]
    for (const [limit, texts] of expected) expect(textsOf(await session.getItems(limit))).toEqual(texts)
  })

  test('is kept in a store whose schema is for other agents', async () => {
    const { url, sessionId } = await sessions().place()
    const validate = () => ({ value: { step: 0 } })
    const schema = { '~standard': { version: 1 as const, vendor: 'test', validate } }
    await using typed = await openStateStore<Step>({ url, schema, schemaVersion: 2, upcasters: { 1: () => 1 } })
    const session = new DescartesSession(typed, { sessionId })
    for (const text of ['a', 'b']) await session.addItems([said(text)])
    expect((await session.popItem()) && textsOf(await session.getItems())).toEqual(['a'])
  })

  test('is found again by its id, and only in its namespace', async () => {
    const { store, sessionId } = await sessions().place()
    await new DescartesSession(store, { sessionId }).addItems([said('a')])
    const again = new DescartesSession(store, { sessionId })
    expect(await again.getSessionId()).toBe(sessionId)
    expect(textsOf(await again.getItems())).toEqual(['a'])
    expect(await new DescartesSession(store.withNamespace('other'), { sessionId }).getItems()).toEqual([])
    await store.saveAgentState({ agentId: sessionId, name: 'Called alike', status: 'idle', state: { items: [] } })
    expect(textsOf(await again.getItems())).toEqual(['a'])
    const fresh = [new DescartesSession(store), new DescartesSession(store)]
    const [one, two] = await Promise.all(fresh.map((session) => session.getSessionId()))
    expect(one).not.toBe(two)
  })

  test('removes the newest item and gives it back, until none is left', async () => {
    const session = await sessions().session()
    expect(await session.popItem()).toBeUndefined()
    await session.addItems([said('a'), said('b')])
    const popped = [await session.popItem(), await session.popItem(), await session.popItem()]
    expect(popped).toEqual([said('b'), said('a'), undefined])
    await session.addItems([said('c')])
    expect(textsOf(await session.getItems())).toEqual(['c'])
  })

  test.each(Object.keys(KINDS))('gives items of the kind %s back exactly as they were', async (kind) => {
    const items = fc.array(KINDS[kind] as fc.Arbitrary<never>, { minLength: 1, maxLength: 3 }).map(plain)
    await fc.assert(
      fc.asyncProperty(items, async (added) => {
        const session = await sessions().session()
        await session.addItems(added)
        deepStrictEqual(await session.getItems(), added)
      }),
      { numRuns: 8, seed: 31 },
    )
  })

  test('gives bytes, undefined and special numbers back within items', async () => {
    const odd = { ...said('a'), id: undefined, providerData: { at: new Date(0), nan: Number.NaN, zero: -0, big: 1n } }
    const image = { type: 'image', image: { data: new Uint8Array([0, 255, 7]) } } as const
    const result = { type: 'function_call_result', callId: 'c', name: 'n', status: 'completed', output: image } as const
    const session = await sessions().session()
    await session.addItems([said('plain')])
    await session.addItems([odd, result])
    await session.addItems([said('later')])
    deepStrictEqual(await session.getItems(), [said('plain'), odd, result, said('later')])
  })

  test('takes ids of every kind: quotes, keys of JavaScript, wildcards, emoji, 508 bytes', async () => {
    const ids = ["o'hara", '"', '__proto__', 'constructor', '%', '_', '[a]*', '🦊', '../x', 'a b', 'é'.repeat(254)]
    for (const id of ids) await (await sessions().session(id)).addItems([said(id)])
    for (const id of ids) expect(textsOf(await (await sessions().session(id)).getItems())).toEqual([id])
  })

  test('keeps what a caller does with the items from reaching the history', async () => {
    const session = await sessions().session()
    const given = [said('a')]
    await session.addItems(given)
    Object.assign(given[0] as object, { content: 'changed' })
    for (const got of await session.getItems()) Object.assign(got, { content: 'changed' })
    expect(textsOf(await session.getItems())).toEqual(['a'])
  })

  test('any items survive being added piece by piece', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(item, { maxLength: 3 }), { maxLength: 5 }), async (pieces) => {
        const session = await sessions().session()
        for (const piece of pieces) await session.addItems(piece)
        deepStrictEqual(await session.getItems(), pieces.flat())
      }),
      { numRuns: 40, seed: 31 },
    )
  })
}
