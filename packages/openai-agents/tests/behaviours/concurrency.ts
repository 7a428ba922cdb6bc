import { DescartesSession } from '@descartes/openai-agents'
import { openStateStore, type StateStore } from '@descartes/sdk'
import { expect, test } from 'vitest'
import { plant } from '../../../sdk/tests/faulty-store.ts'
import { said, textsOf } from '../items.ts'
import type { Sessions } from '../sessions.ts'

export const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

/** Runs that use one session at the same time. */
export function testConcurrency(sessions: () => Sessions): void {
  /** The same session by two stores, as two processes have it. */
  async function shared(use: (pair: [DescartesSession, DescartesSession]) => Promise<void>): Promise<void> {
    const { store, url, sessionId } = await sessions().place()
    const other = await openStateStore({ url, durability: 'normal' })
    try {
      await use([new DescartesSession(store, { sessionId }), new DescartesSession(other, { sessionId })])
    } finally {
      await other.close()
    }
  }

  test('begins a session once, when two begin it at the same time', async () => {
    await shared(async (pair) => {
      await Promise.all(numbers(16).map((i) => pair[i % 2]?.addItems([said(`${i}`)])))
      expect(textsOf(await pair[0].getItems()).toSorted()).toEqual(numbers(16).map(String).toSorted())
    })
  })

  test('gives a popped item to one of those that pop, and drops none that is added meanwhile', async () => {
    await shared(async (pair) => {
      await pair[0].addItems(numbers(10).map((i) => said(`${i}`)))
      const uses = numbers(16).flatMap((i) => [pair[i % 2]?.popItem(), pair[i % 2]?.addItems([said(`new ${i}`)])])
      const popped = (await Promise.all(uses)).flatMap((item) => (item === undefined ? [] : [item]))
      const all = textsOf([...popped, ...(await pair[1].getItems())])
      const expected = [...numbers(10).map(String), ...numbers(16).map((i) => `new ${i}`)]
      expect([popped.length, all.toSorted()]).toEqual([16, expected.toSorted()])
    })
  })

  test('applies an operation once, when two apply it at the same time', async () => {
    await shared(async (pair) => {
      const transaction = { type: 'append_items' as const, items: [said('a')] }
      await Promise.all(numbers(16).map((i) => pair[i % 2]?.applyHistoryTransaction({ operationId: 'o', transaction })))
      expect(textsOf(await pair[0].getItems())).toEqual(['a'])
    })
  })

  test('lets one of many replace the end of the history, and tells the others', async () => {
    await shared(async (pair) => {
      await pair[0].addItems([said('a')])
      const replacing = numbers(8).map((i) =>
        (pair[i % 2] as DescartesSession).applyHistoryTransaction({
          operationId: `${i}`,
          transaction: { type: 'replace_suffix', expectedSuffix: [said('a')], replacement: [said(`by ${i}`)] },
        }),
      )
      const ended = await Promise.allSettled(replacing)
      expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      for (const end of ended)
        if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'SUFFIX_MISMATCH' })
      const winner = ended.findIndex(({ status }) => status === 'fulfilled')
      expect(textsOf(await pair[1].getItems())).toEqual([`by ${winner}`])
    })
  })

  test('gives up, and says so, when others are faster each time', async () => {
    const { store, sessionId } = await sessions().place()
    await new DescartesSession(store, { sessionId }).addItems([said('a')])
    const outrun = (sound: StateStore): Partial<StateStore> => ({
      saveAgentState: async (input, options) => {
        await sound.updateAgentStatus(input.agentId, 'session')
        return sound.saveAgentState(input, options)
      },
    })
    const refused = await new DescartesSession(plant(store, outrun), { sessionId }).popItem().catch((error) => error)
    expect(refused).toMatchObject({ code: 'SESSION_BUSY', retryable: true, sessionId, attempts: 200 })
    expect(textsOf(await new DescartesSession(store, { sessionId }).getItems())).toEqual(['a'])
  })
}
