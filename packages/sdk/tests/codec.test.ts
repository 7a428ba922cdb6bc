import { openStateStore, type StateStore, type StateValue } from '@descartes/sdk'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AWKWARD_NUMBERS, json, number, stateValue } from './json-arbitraries.ts'
import { differenceOf } from './same-value.ts'

let store: StateStore

beforeAll(async () => {
  store = await openStateStore({ url: ':memory:' })
})

afterAll(() => store.close())

function expectSame(actual: unknown, expected: unknown): void {
  const difference = differenceOf(actual, expected)
  if (difference !== undefined) expect.fail(difference)
}

async function throughTheStore(value: StateValue) {
  await store.saveAgentState({ agentId: 'a', name: 'A', status: 's', state: value, metadata: value })
  const agent = await store.loadAgentState('a')
  const task = await store.saveTask({ id: 't', title: 'T', metadata: value })
  const { items } = await store.getTasks()
  return [agent?.state, agent?.metadata, task.metadata, items[0]?.metadata]
}

/** Any JSON, and any value that JSON lacks; undefined at the very top means that there is no value. */
const values = fc.oneof(
  json,
  stateValue.filter((value) => value !== undefined),
)

describe('a value that goes through the store', () => {
  test('comes back equal, as a state and as metadata', async () => {
    const sameAgain = fc.asyncProperty(values, async (value) => {
      for (const back of await throughTheStore(value)) expectSame(back, value)
    })
    await fc.assert(sameAgain, { numRuns: 500 })
  })

  test('comes back equal as the metadata of events, sessions and transitions', async () => {
    await store.saveAgentState({ agentId: 'b', name: 'B', status: 's', state: 1 })
    const sameAgain = fc.asyncProperty(values, async (metadata: StateValue) => {
      const event = {
        eventType: 't',
        sessionId: 's',
        actorType: 'user',
        actorId: 'u',
        content: '',
        metadata: metadata,
      } as const
      const saved = await store.saveEvent(event)
      expectSame(saved.metadata, metadata)
      expect((await store.saveEvent({ ...event, id: saved.id })).timestamp).toEqual(saved.timestamp)
      const { id } = await store.startSession({ agentId: 'b', metadata: metadata })
      expectSame((await store.getSession(id))?.metadata, metadata)
      await store.recordStateTransition({ agentId: 'b', before: 'x', after: 'y', metadata: metadata })
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
