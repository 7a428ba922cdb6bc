import { expect } from 'vitest'
import type { StateStore } from '../state-store.ts'
import type { ContractTests } from './harness.ts'
import { saveTurns, turn } from './histories.ts'
import { agent, range, STRANGE_WORDS } from './samples.ts'

const labelsOf = async (store: StateStore, agentId = 'researcher') =>
  (await store.listRevisions(agentId)).items.map(({ version, label }) => [version, label])

const stateOf = async (store: StateStore, label: string) => (await store.loadAgentState('researcher', { label }))?.state

/** Versions that callers give a name of their own. */
export const labels: ContractTests = {
  'a version is loaded by the label that it was saved with, and listed with it': async ({ store }) => {
    await store.saveAgentState(agent({ state: 'plain' }))
    const draft = await store.saveAgentState(agent({ name: 'Then', state: turn(3) }), { label: 'draft' })
    await store.saveAgentState(agent({ state: 'final' }), { label: 'final' })
    await store.patchAgentState('researcher', [{ op: 'replace', path: '', value: 'after' }])
    expect(await store.loadAgentState('researcher', { label: 'draft' })).toEqual(draft)
    expect(await stateOf(store, 'final')).toBe('final')
    expect(await labelsOf(store)).toEqual([
      [4, null],
      [3, 'final'],
      [2, 'draft'],
      [1, null],
    ])
  },

  'a label that nothing was saved with loads as null': async ({ store }) => {
    await store.saveAgentState(agent(), { label: 'a' })
    expect(await stateOf(store, 'a')).toEqual({ step: 1 })
    for (const label of ['A', 'a ', 'aa', '1', '%', 'null']) expect(await stateOf(store, label)).toBeUndefined()
    expect(await store.loadAgentState('nobody', { label: 'a' })).toBeNull()
  },

  'a label names one version of an agent: saved again, it moves': async ({ store }) => {
    for (const state of [1, 2, 3]) await store.saveAgentState(agent({ state }), { label: 'best' })
    expect(await stateOf(store, 'best')).toBe(3)
    expect(await labelsOf(store)).toEqual([
      [3, 'best'],
      [2, null],
      [1, null],
    ])
    expect(await store.loadAgentState('researcher', { version: 1 })).toMatchObject({ state: 1 })
  },

  'the same label may stand in two agents, and in two namespaces': async ({ store }) => {
    const other = store.withNamespace('other')
    await store.saveAgentState(agent({ state: 'one' }), { label: 'best' })
    await store.saveAgentState(agent({ agentId: 'b', state: 'two' }), { label: 'best' })
    expect(await other.loadAgentState('researcher', { label: 'best' })).toBeNull()
    await other.saveAgentState(agent({ state: 'three' }), { label: 'best' })
    expect(await stateOf(store, 'best')).toBe('one')
    expect(await store.loadAgentState('b', { label: 'best' })).toMatchObject({ state: 'two' })
    expect(await other.loadAgentState('researcher', { label: 'best' })).toMatchObject({ state: 'three' })
  },

  'a refused save leaves the label where it was': async ({ store }) => {
    await store.saveAgentState(agent({ state: 'kept' }), { label: 'best' })
    const late = store.saveAgentState(agent({ state: 'late' }), { label: 'best', expectedVersion: 7 })
    await expect(late).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })
    const undone = store.transact(async (tx) => {
      await tx.saveAgentState(agent({ state: 'undone' }), { label: 'best' })
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    expect(await stateOf(store, 'best')).toBe('kept')
    await store.deleteAgent('researcher')
    await store.saveAgentState(agent(), { label: 'best' }).catch(() => {})
    expect(await labelsOf(store)).toEqual([[1, 'best']])
  },

  'a label is any word, whatever it means elsewhere': async ({ store }) => {
    for (const label of STRANGE_WORDS) await store.saveAgentState(agent({ state: label }), { label })
    for (const label of STRANGE_WORDS) expect(await stateOf(store, label)).toBe(label)
  },

  'labelled versions of a long history are read as they were, and go when they are pruned': async ({ store }) => {
    for (const i of range(60)) await store.saveAgentState(agent({ state: turn(i) }), { label: `turn ${i}` })
    for (const i of [0, 1, 30, 58, 59]) expect(await stateOf(store, `turn ${i}`)).toEqual(turn(i))
    await store.pruneRevisions({ keepLast: 20 })
    for (const i of [40, 50, 59]) expect(await stateOf(store, `turn ${i}`)).toEqual(turn(i))
    for (const i of [0, 39]) expect(await stateOf(store, `turn ${i}`)).toBeUndefined()
    await store.saveAgentState(agent({ state: 'again' }), { label: 'turn 0' })
    expect(await stateOf(store, 'turn 0')).toBe('again')
  },

  'a status update, a restore and a fork make versions without a label': async ({ store }) => {
    await store.saveAgentState(agent({ state: 1 }), { label: 'first' })
    await store.updateAgentStatus('researcher', 'busy')
    await store.restoreRevision('researcher', 1)
    await store.forkAgent('researcher', { agentId: 'fork', version: 1 })
    expect(await labelsOf(store)).toEqual([
      [3, null],
      [2, null],
      [1, 'first'],
    ])
    expect(await labelsOf(store, 'fork')).toEqual([[1, null]])
    expect(await store.loadAgentState('fork', { label: 'first' })).toBeNull()
  },

  'of saves of one label at the same time, the newest version has it': async ({ store }) => {
    const saves = range(30).map((i) => store.saveAgentState(agent({ state: i }), { label: 'best' }))
    const newest = (await Promise.all(saves)).find(({ version }) => version === 30)
    expect(await store.loadAgentState('researcher', { label: 'best' })).toEqual(newest)
  },

  'a label beside a version or a moment is refused': async ({ store }) => {
    await saveTurns(store, 2)
    for (const other of [{ version: 1 }, { at: new Date() }]) {
      const both = store.loadAgentState('researcher', { label: 'a', ...other })
      await expect(both).rejects.toMatchObject({ code: 'INVALID_INPUT', path: 'label' })
    }
  },
}
