import { expect } from 'vitest'
import { errorOf } from './error-of.ts'
import type { ContractTests } from './harness.ts'
import { readHistory, saveTurns } from './histories.ts'
import { agent, range } from './samples.ts'

/** Adding items at the end of an array in a state. */
export const appends: ContractTests = {
  'items come to the end of the array, in their order, one version up': async ({ store }) => {
    const saved = await store.saveAgentState(agent({ state: { a: { 'b/c': [0] }, d: 1 }, metadata: 'kept' }))
    const appended = await store.appendToAgentState('researcher', '/a/b~1c', [1, { two: [2] }, null, []])
    const state = { a: { 'b/c': [0, 1, { two: [2] }, null, []] }, d: 1 }
    expect(await store.loadAgentState('researcher')).toEqual({ ...appended, state })
    expect(appended).toMatchObject({ version: 2, metadata: 'kept', name: saved.name, status: saved.status })
    expect('state' in appended).toBe(false)
    expect((await store.loadAgentState('researcher', { version: 1 }))?.state).toEqual(saved.state)
  },

  'a state that is an array itself, and one in an array, are appended to': async ({ store }) => {
    await store.saveAgentState(agent({ state: [[], ['x']] }))
    await store.appendToAgentState('researcher', '', ['end'])
    await store.appendToAgentState('researcher', '/1', ['y', 'z'])
    await store.appendToAgentState('researcher', '/0', [['deep']])
    expect((await store.loadAgentState('researcher'))?.state).toEqual([[['deep']], ['x', 'y', 'z'], 'end'])
  },

  'no items add a version all the same': async ({ store }) => {
    await store.saveAgentState(agent({ state: [] }))
    expect(await store.appendToAgentState('researcher', '', [])).toMatchObject({ version: 2 })
    expect((await store.loadAgentState('researcher'))?.state).toEqual([])
  },

  'what callers append at once is all there, the items of each together': async ({ store }) => {
    await saveTurns(store, 1)
    await store.saveAgentState(agent({ state: { log: ['begin'] } }))
    const call = (i: number) => store.appendToAgentState('researcher', '/log', [`${i} a`, `${i} b`, `${i} c`])
    const appended = await Promise.all(range(100).map(call))
    expect(new Set(appended.map(({ version }) => version)).size).toBe(100)
    const { state } = (await store.loadAgentState('researcher')) as unknown as { state: { log: string[] } }
    expect(state.log).toHaveLength(301)
    const calls = range(100).map((i) => state.log.slice(1 + 3 * i, 4 + 3 * i))
    expect(calls.toSorted((a, b) => Number.parseInt(`${a}`, 10) - Number.parseInt(`${b}`, 10))).toEqual(
      range(100).map((i) => [`${i} a`, `${i} b`, `${i} c`]),
    )
  },

  'every append is a version that can be gone back to': async ({ store }) => {
    await store.saveAgentState(agent({ state: { log: [] } }))
    for (const i of range(60)) await store.appendToAgentState('researcher', '/log', [`entry ${i} `.repeat(10)])
    const states = (await readHistory(store)).map((one) => one?.state) as { log: string[] }[]
    expect(states.map(({ log }) => log.length)).toEqual(range(61).toReversed())
    expect(await store.restoreRevision('researcher', 3)).toMatchObject({ state: { log: { length: 2 } } })
  },

  'what is no array is not appended to, and nothing changes': async ({ store }) => {
    const saved = await store.saveAgentState(agent({ state: { text: 'x', map: {}, list: [1], none: null } }))
    for (const pointer of ['', '/text', '/map', '/none', '/nothing', '/list/0', '/list/1', '/list/-', '/text/length']) {
      const error = await errorOf(store.appendToAgentState('researcher', pointer, [1]))
      expect(error, pointer).toMatchObject({ code: 'INVALID_INPUT', path: 'pointer' })
    }
    expect(await store.loadAgentState('researcher')).toEqual(saved)
  },

  'an append over another version than expected, or to no agent, is refused': async ({ store }) => {
    const saved = await store.saveAgentState(agent({ state: [] }))
    const conflict = store.appendToAgentState('researcher', '', [1], { expectedVersion: 2 })
    await expect(conflict).rejects.toMatchObject({ code: 'VERSION_CONFLICT', expected: 2, actual: 1 })
    await expect(store.appendToAgentState('nobody', '', [1])).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' })
    expect(await store.loadAgentState('researcher')).toEqual(saved)
    expect(await store.appendToAgentState('researcher', '', [1], { expectedVersion: 1 })).toMatchObject({ version: 2 })
    await store.deleteAgent('researcher')
    await expect(store.appendToAgentState('researcher', '', [1])).rejects.toMatchObject({ code: 'AGENT_DELETED' })
  },

  'an append that makes a state too large is refused, and changes nothing': async ({ open }) => {
    const store = await open({ limits: { stateBytes: 20 } })
    const saved = await store.saveAgentState(agent({ state: ['x'.repeat(10)] }))
    const items = ['x'.repeat(10)]
    await expect(store.appendToAgentState('researcher', '', items)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect(await store.loadAgentState('researcher')).toEqual(saved)
    expect(await store.appendToAgentState('researcher', '', [1])).toMatchObject({ version: 2 })
  },
}
