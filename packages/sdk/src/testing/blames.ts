import { expect } from 'vitest'
import type { StateStore } from '../state-store.ts'
import type { ContractTests } from './harness.ts'
import { nextMillisecond } from './histories.ts'
import { agent, event, range } from './samples.ts'

const saveAll = async (store: StateStore, states: readonly unknown[]) => {
  const saved = []
  for (const state of states) saved.push(await store.saveAgentState(agent({ state: state as never })))
  return saved
}

const blamed = async (store: StateStore, pointer: string) => (await store.blame('researcher', pointer))?.version ?? null

/** Which version last changed a field, and what happened then. */
export const blames: ContractTests = {
  'a field is blamed on the version that last changed it': async ({ store }) => {
    const saved = await saveAll(store, [
      { a: 1, b: 1, deep: { c: 1, d: 1 } },
      { a: 2, b: 1, deep: { c: 1, d: 1 } },
      { a: 2, b: 2, deep: { c: 1, d: 1 } },
      { a: 2, b: 2, deep: { c: 1, d: 2 } },
      { a: 2, b: 2, deep: { c: 1, d: 2 } },
    ])
    const pointers = ['/a', '/b', '/deep', '/deep/d', '']
    expect(await Promise.all(pointers.map((pointer) => blamed(store, pointer)))).toEqual([2, 3, 4, 4, 4])
    expect(await store.blame('researcher', '/a')).toMatchObject({ createdAt: saved[1]?.updatedAt })
  },

  'a field that never changed is blamed on the oldest version': async ({ store }) => {
    await saveAll(store, [{ a: 1, b: 1 }, { a: 1, b: 2 }, { a: 1 }])
    expect(await blamed(store, '/a')).toBe(1)
  },

  'a field that was removed is blamed on the version that removed it; one that came back, on that': async ({
    store,
  }) => {
    await saveAll(store, [{ a: 1, b: 1, c: 1 }, { b: 1, c: 1 }, { b: 1 }, { b: 1, c: 1 }, 'nothing of it'])
    expect([await blamed(store, '/a'), await blamed(store, '/c'), await blamed(store, '/b')]).toEqual([2, 5, 5])
    await saveAll(store, [{ b: 1 }, { b: 2 }, { b: 1 }])
    expect([await blamed(store, '/a'), await blamed(store, '/b')]).toEqual([2, 8])
  },

  'a field that was never there is blamed on none': async ({ store }) => {
    await saveAll(store, [{ a: { b: 1 } }, { a: 'text' }, [1, 2]])
    expect([await blamed(store, '/a'), await blamed(store, '/a/b')]).toEqual([3, 2])
    for (const pointer of ['/c', '/a/c', '/a/b/c', '/2', '/-', '/01', '/length', '/__proto__', '/constructor'])
      expect(await store.blame('researcher', pointer), pointer).toBeNull()
    expect(await store.blame('nobody', '')).toBeNull()
  },

  'an item is blamed by its place in the array: when others before it go, another one stands there': async ({
    store,
  }) => {
    await saveAll(store, [{ list: ['a', 'b'] }, { list: ['a', 'b', 'c'] }, { list: ['b', 'c'] }, { list: ['b', 'c'] }])
    const pointers = ['/list/0', '/list/1', '/list/2']
    expect(await Promise.all(pointers.map((pointer) => blamed(store, pointer)))).toEqual([3, 3, 3])
    await store.appendToAgentState('researcher', '/list', ['d'])
    expect(await Promise.all(pointers.map((pointer) => blamed(store, pointer)))).toEqual([3, 3, 5])
  },

  'keys are named as JSON pointers name them': async ({ store }) => {
    await saveAll(store, [
      { 'a/b': 1, '~': 1, '': 1, ' ': 1, '0': 1, é: { '~1': 1 } },
      { 'a/b': 2, '~': 2, '': 2, ' ': 2, '0': 2, é: { '~1': 2 } },
      { 'a/b': 2, '~': 2, '': 2, ' ': 2, '0': 2, é: { '~1': 2 }, other: 1 },
    ])
    for (const pointer of ['/a~1b', '/~0', '/', '/ ', '/0', '/é', '/é/~01'])
      expect(await blamed(store, pointer), pointer).toBe(2)
  },

  'a change far back in a long history is found': async ({ store }) => {
    await saveAll(
      store,
      range(150).map((i) => ({ old: i < 4, counter: i, first: 'same' })),
    )
    const pointers = ['/old', '/counter', '/first', '/none']
    expect(await Promise.all(pointers.map((pointer) => blamed(store, pointer)))).toEqual([5, 150, 1, null])
  },

  'the moment of a change tells the events and transitions since the version before': async ({ store }) => {
    await store.startSession({ id: 'own', agentId: 'researcher' })
    const said = async (content: string, sessionId: string, actorId: string) => {
      await nextMillisecond()
      await store.saveEvent(event({ content, sessionId, actorId }))
    }
    await said('before all', 'elsewhere', 'researcher')
    await store.saveAgentState(agent({ state: { a: 1 } }))
    await said('by the agent', 'elsewhere', 'researcher')
    await said('in its session', 'own', 'user')
    await said('by others elsewhere', 'elsewhere', 'user')
    await store.recordStateTransition({ agentId: 'researcher', before: 'x', after: 'y' })
    await store.saveAgentState(agent({ state: { a: 2 } }))
    await said('after the change', 'own', 'researcher')
    await store.updateAgentStatus('researcher', 'later')
    const told = async (pointer: string) => {
      const blame = await store.blame('researcher', pointer)
      const contents = blame?.events.map(({ content }) => content)
      return [blame?.version, contents, blame?.transitions.map(({ before, after }) => `${before} to ${after}`)]
    }
    expect(await told('/a')).toEqual([2, ['by the agent', 'in its session'], ['x to y']])
    await store.patchAgentState('researcher', { b: 1 })
    expect(await told('/b')).toEqual([4, [], []])
    await store.saveAgentState(agent({ agentId: 'other', state: { a: 1 } }))
    expect((await store.blame('other', '/a'))?.events).toEqual([])
  },

  'a deleted agent is blamed as before': async ({ store }) => {
    await saveAll(store, [{ a: 1 }, { a: 2 }])
    await store.deleteAgent('researcher')
    expect(await blamed(store, '/a')).toBe(2)
  },
}
