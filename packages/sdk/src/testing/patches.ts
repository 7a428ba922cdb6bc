import { expect } from 'vitest'
import type { JsonPatchOperation } from '../json-patch/operations.ts'
import { errorOf } from './error-of.ts'
import type { ContractTests } from './harness.ts'
import { saveTurns, turn } from './histories.ts'
import { agent, range } from './samples.ts'

const STATE = { n: 1, list: ['a', 'b'], deep: { 'a/b': { '~': null } } }

/** Patches of STATE, by what becomes of it. */
const PATCHES: [JsonPatchOperation[], unknown][] = [
  [[{ op: 'add', path: '/m', value: { x: [] } }], { ...STATE, m: { x: [] } }],
  [[{ op: 'add', path: '/list/1', value: 'c' }], { ...STATE, list: ['a', 'c', 'b'] }],
  [[{ op: 'add', path: '/list/-', value: ['c'] }], { ...STATE, list: ['a', 'b', ['c']] }],
  [[{ op: 'remove', path: '/list/0' }], { ...STATE, list: ['b'] }],
  [[{ op: 'remove', path: '/deep/a~1b/~0' }], { ...STATE, deep: { 'a/b': {} } }],
  [[{ op: 'replace', path: '/n', value: null }], { ...STATE, n: null }],
  [[{ op: 'replace', path: '', value: 'all' }], 'all'],
  [[{ op: 'move', from: '/list/0', path: '/first' }], { ...STATE, list: ['b'], first: 'a' }],
  [[{ op: 'copy', from: '/deep', path: '/deep/in' }], { ...STATE, deep: { ...STATE.deep, in: STATE.deep } }],
  [
    [
      { op: 'test', path: '/list', value: ['a', 'b'] },
      { op: 'remove', path: '/deep' },
      { op: 'add', path: '/n', value: 2 },
      { op: 'test', path: '', value: { list: ['a', 'b'], n: 2 } },
    ],
    { n: 2, list: ['a', 'b'] },
  ],
  [[], STATE],
]

/** Merge patches of STATE, by what becomes of it. */
const MERGES: [object, unknown][] = [
  [{ m: 1 }, { ...STATE, m: 1 }],
  [{ n: null }, { list: STATE.list, deep: STATE.deep }],
  [{ list: ['c'] }, { ...STATE, list: ['c'] }],
  [{ deep: { x: { y: null, z: 1 } } }, { ...STATE, deep: { ...STATE.deep, x: { z: 1 } } }],
  [{ deep: 'text' }, { ...STATE, deep: 'text' }],
  [{}, STATE],
]

/** Operations that cannot be carried out after those before them, and the field that is to blame. */
const IMPOSSIBLE: [JsonPatchOperation[], string][] = [
  [[{ op: 'test', path: '/n', value: 2 }], 'patch/1/value'],
  [[{ op: 'test', path: '/none', value: null }], 'patch/1/path'],
  [[{ op: 'remove', path: '/none' }], 'patch/1/path'],
  [[{ op: 'remove', path: '/list/2' }], 'patch/1/path'],
  [[{ op: 'remove', path: '/list/-' }], 'patch/1/path'],
  [[{ op: 'replace', path: '/none', value: 1 }], 'patch/1/path'],
  [[{ op: 'add', path: '/none/x', value: 1 }], 'patch/1/path'],
  [[{ op: 'add', path: '/list/4', value: 1 }], 'patch/1/path'],
  [[{ op: 'add', path: '/list/01', value: 1 }], 'patch/1/path'],
  [[{ op: 'add', path: '/n/x', value: 1 }], 'patch/1/path'],
  [[{ op: 'move', from: '/none', path: '/x' }], 'patch/1/from'],
  [[{ op: 'move', from: '/deep', path: '/deep/in' }], 'patch/1/path'],
  [[{ op: 'copy', from: '/none', path: '/x' }], 'patch/1/from'],
]

/** Changing a part of a state. */
export const patches: ContractTests = {
  'a patch changes what it says, one version up, and gives back the agent without its state': async ({ store }) => {
    for (const [patch, expected] of PATCHES) {
      const { version } = await store.saveAgentState(agent({ state: STATE, metadata: 'kept' }))
      const patched = await store.patchAgentState('researcher', patch)
      const loaded = await store.loadAgentState('researcher')
      expect(loaded, JSON.stringify(patch)).toEqual({ ...patched, state: expected })
      expect(patched).toMatchObject({ name: 'Researcher', status: 'running', metadata: 'kept', version: version + 1 })
      expect('state' in patched).toBe(false)
    }
  },

  'a merge patch sets members, and removes those that are null': async ({ store }) => {
    for (const [patch, expected] of MERGES) {
      await store.saveAgentState(agent({ state: STATE }))
      await store.patchAgentState('researcher', patch)
      expect((await store.loadAgentState('researcher'))?.state, JSON.stringify(patch)).toEqual(expected)
    }
    await store.saveAgentState(agent({ state: [1] }))
    await store.patchAgentState('researcher', { a: { b: null } })
    expect((await store.loadAgentState('researcher'))?.state).toEqual({ a: {} })
  },

  'a patch of which one step cannot be taken changes nothing, and names the step': async ({ store }) => {
    const saved = await store.saveAgentState(agent({ state: STATE }))
    for (const [operations, path] of IMPOSSIBLE) {
      const patch: JsonPatchOperation[] = [{ op: 'add', path: '/before', value: 1 }, ...operations]
      expect(await errorOf(store.patchAgentState('researcher', patch)), JSON.stringify(patch)).toMatchObject({
        code: 'INVALID_INPUT',
        path,
      })
    }
    expect(await store.loadAgentState('researcher')).toEqual(saved)
  },

  'a patch over another version than expected is refused, and changes nothing': async ({ store }) => {
    const [, saved] = await saveTurns(store, 2)
    const refused = store.patchAgentState('researcher', { a: 1 }, { expectedVersion: 1 })
    await expect(refused).rejects.toMatchObject({ code: 'VERSION_CONFLICT', expected: 1, actual: 2 })
    expect(await store.loadAgentState('researcher')).toEqual(saved)
    expect(await store.patchAgentState('researcher', { a: 1 }, { expectedVersion: 2 })).toMatchObject({ version: 3 })
  },

  'an agent that is not there, or deleted, is not patched': async ({ store }) => {
    await saveTurns(store, 1)
    await expect(store.patchAgentState('nobody', {})).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' })
    await store.deleteAgent('researcher')
    await expect(store.patchAgentState('researcher', {})).rejects.toMatchObject({ code: 'AGENT_DELETED' })
    expect(await store.loadAgentState('researcher')).toBeNull()
  },

  'patches at once, none of which expects a version, lose nothing': async ({ store }) => {
    await store.saveAgentState(agent({ state: { counters: {}, list: [] } }))
    const merges = range(50).map((i) => store.patchAgentState('researcher', { counters: { [`c${i}`]: i } }))
    const adds = range(50).map((i) => store.patchAgentState('researcher', [{ op: 'add', path: '/list/-', value: i }]))
    const made = await Promise.all([...merges, ...adds])
    expect(new Set(made.map(({ version }) => version)).size).toBe(100)
    const { state } = (await store.loadAgentState('researcher')) as unknown as {
      state: { counters: object; list: number[] }
    }
    expect(state.counters).toEqual(Object.fromEntries(range(50).map((i) => [`c${i}`, i])))
    expect(state.list.toSorted((a, b) => a - b)).toEqual(range(50))
  },

  'of patches that race for one version exactly one wins': async ({ store }) => {
    await store.saveAgentState(agent({ state: {} }))
    const racers = range(10).map((i) =>
      store.patchAgentState('researcher', { [`by${i}`]: true }, { expectedVersion: 1 }),
    )
    const results = await Promise.allSettled(racers)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(Object.keys((await store.loadAgentState('researcher'))?.state as object)).toHaveLength(1)
  },

  'a patch that makes a state too large is refused, and changes nothing': async ({ open }) => {
    const store = await open({ limits: { stateBytes: 45 } })
    const saved = await store.saveAgentState(agent({ state: { text: 'x'.repeat(20) } }))
    const grow = [{ op: 'copy', from: '/text', path: '/more' }] as const
    for (const patch of [grow, { more: 'x'.repeat(20) }])
      await expect(store.patchAgentState('researcher', patch)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect(await store.loadAgentState('researcher')).toEqual(saved)
    expect(await store.patchAgentState('researcher', { more: 'x' })).toMatchObject({ version: 2 })
  },

  'a patched version is in the history as any other': async ({ store }) => {
    await saveTurns(store, 10)
    await store.patchAgentState('researcher', [{ op: 'replace', path: '/turn', value: 'patched' }])
    await store.patchAgentState('researcher', { plan: null })
    const { plan: _, ...rest } = turn(10)
    expect((await store.loadAgentState('researcher', { version: 11 }))?.state).toEqual({ ...turn(10), turn: 'patched' })
    expect((await store.loadAgentState('researcher', { version: 12 }))?.state).toEqual({ ...rest, turn: 'patched' })
    expect((await store.loadAgentState('researcher', { version: 10 }))?.state).toEqual(turn(10))
  },
}
