import { expect } from 'vitest'
import type { ContractTests } from './harness.ts'
import { saveTurns, turn } from './histories.ts'
import { agent } from './samples.ts'

/** States of which each is changed into each other. */
const STATES = [
  null,
  0,
  'text',
  [],
  {},
  [1, 2, 3],
  [0, 1, 2, 3],
  [3, 2, 1],
  [[1], { a: [1] }],
  { a: 1, b: { c: [1, 2], d: null } },
  { b: { c: [2], d: { e: '' } }, '': 1 },
  { 'a/b': 1, '~': { '~1': 2 }, __proto: 3 },
  { a: { b: { c: { d: 1 } } } },
  { a: { b: { c: {} } }, list: [{ id: 1 }, { id: 2 }] },
  { list: [{ id: 2 }, { id: 3 }, { id: 1 }] },
]

/** What changed in the state from one version to another. */
export const diffs: ContractTests = {
  'a diff, as a patch of the one version, makes the other one of it': async ({ store }) => {
    for (const state of STATES) await store.saveAgentState(agent({ state }))
    const newest = STATES.length
    for (const from of STATES.keys()) {
      for (const to of STATES.keys()) {
        const diff = await store.diffRevisions('researcher', from + 1, to + 1)
        await store.restoreRevision('researcher', from + 1)
        await store.patchAgentState('researcher', diff)
        const patched = await store.loadAgentState('researcher')
        expect(patched?.state, `${from} to ${to}: ${JSON.stringify(diff)}`).toEqual(STATES[to])
      }
    }
    expect((await store.loadAgentState('researcher'))?.version).toBe(newest + 2 * newest * newest)
  },

  'between equal states there is no difference': async ({ store }) => {
    await saveTurns(store, 3)
    await store.saveAgentState(agent({ name: 'Other', status: 'other', metadata: 1, state: turn(3) }))
    for (const [from, to] of [
      [1, 1],
      [3, 4],
      [4, 3],
    ] as const) {
      expect(await store.diffRevisions('researcher', from, to)).toEqual([])
    }
    expect(await store.diffRevisions('researcher', 2, 3)).not.toEqual([])
  },

  'a diff is about as large as the change': async ({ store }) => {
    const state = turn(200)
    await store.saveAgentState(agent({ state }))
    const messages = [...state.messages, { role: 'user', text: 'one more' }]
    await store.saveAgentState(agent({ state: { ...state, turn: 201, messages } }))
    const diff = await store.diffRevisions('researcher', 1, 2)
    expect(diff).toHaveLength(2)
    expect(diff).toContainEqual({ op: 'replace', path: '/turn', value: 201 })
    expect(JSON.stringify(diff).length).toBeLessThan(200)
  },

  'a diff goes both ways, also over versions in between and of a deleted agent': async ({ store }) => {
    for (const n of [1, 2, 3]) await store.saveAgentState(agent({ state: { n } }))
    await store.deleteAgent('researcher')
    expect(await store.diffRevisions('researcher', 1, 3)).toEqual([{ op: 'replace', path: '/n', value: 3 }])
    expect(await store.diffRevisions('researcher', 3, 1)).toEqual([{ op: 'replace', path: '/n', value: 1 }])
  },

  'a version that is not there has no difference to any': async ({ store }) => {
    await saveTurns(store, 2)
    const refusal = { name: 'RevisionNotFoundError', code: 'REVISION_NOT_FOUND', agentId: 'researcher', version: 3 }
    await expect(store.diffRevisions('researcher', 3, 1)).rejects.toMatchObject(refusal)
    await expect(store.diffRevisions('researcher', 1, 3)).rejects.toMatchObject(refusal)
    await expect(store.diffRevisions('researcher', 3, 3)).rejects.toMatchObject(refusal)
    const nobody = store.diffRevisions('nobody', 1, 1)
    await expect(nobody).rejects.toMatchObject({ code: 'REVISION_NOT_FOUND', agentId: 'nobody', version: 1 })
  },
}
