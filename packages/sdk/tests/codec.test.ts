import { isDeepStrictEqual } from 'node:util'
import { type JsonValue, openStateStore, type StateStore } from '@descartes/sdk'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AWKWARD_NUMBERS, json, number } from './json-arbitraries.ts'

let store: StateStore

beforeAll(async () => {
  store = await openStateStore({ url: ':memory:' })
})

afterAll(() => store.close())

/** Equal in every bit and key: `__proto__` is a key like any other, and 0 is not -0. */
function expectSame(actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected) && JSON.stringify(actual) === JSON.stringify(expected)) return
  expect.fail(`${JSON.stringify(expected)} came back as ${JSON.stringify(actual)}`)
}

async function throughTheStore(value: JsonValue) {
  await store.saveAgentState({ agentId: 'a', name: 'A', status: 's', state: value, metadata: value })
  const agent = await store.loadAgentState('a')
  const task = await store.saveTask({ id: 't', title: 'T', metadata: value })
  const { items } = await store.getTasks()
  return [agent?.state, agent?.metadata, task.metadata, items[0]?.metadata]
}

describe('JSON that goes through the store', () => {
  test('comes back equal, as a state and as metadata', async () => {
    const sameAgain = fc.asyncProperty(json, async (value) => {
      for (const back of await throughTheStore(value)) expectSame(back, value)
    })
    await fc.assert(sameAgain, { numRuns: 500 })
  })

  test('comes back equal as the metadata of events, sessions and transitions', async () => {
    await store.saveAgentState({ agentId: 'b', name: 'B', status: 's', state: 1 })
    const sameAgain = fc.asyncProperty(json, async (metadata) => {
      const event = { eventType: 't', sessionId: 's', actorType: 'user', actorId: 'u', content: '', metadata } as const
      const saved = await store.saveEvent(event)
      expectSame(saved.metadata, metadata)
      expect((await store.saveEvent({ ...event, id: saved.id })).timestamp).toEqual(saved.timestamp)
      const { id } = await store.startSession({ agentId: 'b', metadata })
      expectSame((await store.getSession(id))?.metadata, metadata)
      await store.recordStateTransition({ agentId: 'b', before: 'x', after: 'y', metadata })
      expectSame((await store.getStateHistory('b', { limit: 1 })).items[0]?.metadata, metadata)
    })
    await fc.assert(sameAgain, { numRuns: 200 })
  })

  // The metadata columns take a bare number as a number, and so through a conversion of SQLite's own.
  test('10,000 bare numbers come back bit for bit', async () => {
    const random = fc.sample(number, 10_000 - AWKWARD_NUMBERS.length)
    const numbers = [...AWKWARD_NUMBERS, ...random]
    for (let i = 0; i < numbers.length; i += 500) {
      const some = numbers.slice(i, i + 500)
      await store.transact((tx) =>
        Promise.all(some.map((metadata, j) => tx.saveTask({ id: `n${j}`, title: 'N', metadata }))),
      )
      const tasks = await Promise.all(some.map((_, j) => store.getTask(`n${j}`)))
      for (const [j, task] of tasks.entries())
        if (!Object.is(task?.metadata, some[j])) expectSame(task?.metadata, some[j])
    }
  })

  test('a bare number in metadata is read by Prisma as it was saved', async () => {
    for (const metadata of AWKWARD_NUMBERS) {
      await store.saveTask({ id: 'p', title: 'P', metadata })
      const row = await store.prisma.task.findFirst({ where: { id: 'p' } })
      expect(row?.metadata).toBe(metadata)
    }
  })
})
