import { expect } from 'vitest'
import type { Upcasters } from '../schema.ts'
import type { StateStore } from '../state-store.ts'
import type { ContractOpenOptions, ContractTests } from './harness.ts'
import { nextMillisecond, versionsOf } from './histories.ts'
import { agent } from './samples.ts'

/** Version 1 had one name, version 2 a first and a last one, version 3 a list of both. */
const UPCASTERS: Upcasters = {
  1: (state) => {
    const [first, last] = (state as { name: string }).name.split(' ')
    return { first, last }
  },
  2: async (state) => {
    await nextMillisecond()
    const { first, last } = state as { first: string; last: string }
    return { names: [first, last] }
  },
}

const FIRST = { name: 'Ada Lovelace' }
const THIRD = { names: ['Ada', 'Lovelace'] }
const TOO_NEW = { name: 'StateTooNewError', code: 'STATE_TOO_NEW', agentId: 'researcher' }

const isThird = (state: unknown): boolean => Array.isArray((state as { names?: unknown } | null)?.names)

/** A schema that takes states of version 3 alone. */
const SCHEMA = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value: unknown) =>
      isThird(value) ? { value } : { issues: [{ message: 'must be a list', path: ['names'] }] },
  },
} as unknown as NonNullable<ContractOpenOptions['schema']>

const third = { schemaVersion: 3, upcasters: UPCASTERS }
const save = (store: StateStore, state: unknown) => store.saveAgentState(agent({ state: state as never }))

/** States that are kept under the version of their schema, and lifted when it has moved on. */
export const schemaVersions: ContractTests = {
  'a state of an older schema version is lifted, step by step, whenever it is loaded': async ({ store, open }) => {
    await save(store, FIRST)
    const second = await open({ schemaVersion: 2, upcasters: UPCASTERS })
    expect((await second.loadAgentState('researcher'))?.state).toEqual({ first: 'Ada', last: 'Lovelace' })
    const newest = await open(third)
    for (const _ of [1, 2]) expect((await newest.loadAgentState('researcher'))?.state).toEqual(THIRD)
    expect((await store.loadAgentState('researcher'))?.state).toEqual(FIRST)
  },

  'a handle without the schema keeps and gives states of any shape, and so do its transactions': async ({ open }) => {
    const newest = await open({ ...third, schema: SCHEMA })
    const plain = newest.withoutSchema()
    await save(plain, FIRST)
    await plain.transact(async (tx) => {
      expect((await tx.loadAgentState('researcher'))?.state).toEqual(FIRST)
      await save(tx, { turns: 1 })
    })
    expect((await plain.loadAgentState('researcher'))?.state).toEqual({ turns: 1 })
    expect((await plain.loadAgentState('researcher', { version: 1 }))?.state).toEqual(FIRST)
    const inside = newest.transact(async (tx) => (await tx.withoutSchema().loadAgentState('researcher'))?.state)
    expect(await inside).toEqual({ turns: 1 })
    expect(plain.namespace).toBe(newest.namespace)
    await expect(save(newest, FIRST)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  },

  'an upcaster that returns nothing, and upcasters without a schemaVersion, are refused': async ({ store, open }) => {
    await save(store, FIRST)
    const forgetful = await open({ schemaVersion: 2, upcasters: { 1: () => undefined } })
    const refusal = { code: 'INVALID_INPUT', path: 'upcasters/1' }
    await expect(forgetful.loadAgentState('researcher')).rejects.toMatchObject(refusal)
    const path = 'schemaVersion'
    await expect(open({ upcasters: UPCASTERS })).rejects.toMatchObject({ code: 'INVALID_INPUT', path })
  },

  'old versions and snapshots are lifted, too, each from its own schema version': async ({ store, open }) => {
    await save(store, FIRST)
    const { id } = await store.createSnapshot('researcher')
    const second = await open({ schemaVersion: 2, upcasters: UPCASTERS })
    await save(second, { first: 'Grace', last: 'Hopper' })
    await nextMillisecond()
    const newest = await open({ ...third, schema: SCHEMA })
    const saved = await save(newest, { names: ['Barbara', 'Liskov'] })
    const states = [1, 2, 3].map(async (version) => (await newest.loadAgentState('researcher', { version }))?.state)
    expect(await Promise.all(states)).toEqual([THIRD, { names: ['Grace', 'Hopper'] }, saved.state])
    const at = new Date(saved.updatedAt.getTime() - 1)
    expect((await newest.loadAgentState('researcher', { at }))?.state).toEqual({ names: ['Grace', 'Hopper'] })
    const diff = await newest.diffRevisions('researcher', 1, 2)
    expect(diff.map(({ op, path }) => [op, path])).toEqual([
      ['replace', '/names/0'],
      ['replace', '/names/1'],
    ])
    expect((await newest.restoreSnapshot(id)).state).toEqual(THIRD)
    expect((await newest.restoreRevision('researcher', 2)).state).toEqual({ names: ['Grace', 'Hopper'] })
    expect((await newest.forkAgent('researcher', { agentId: 'fork', version: 1 })).state).toEqual(THIRD)
    expect((await newest.loadAgentState('fork'))?.state).toEqual(THIRD)
  },

  'a patch and an append change the lifted state, and save it under the new version': async ({ store, open }) => {
    await save(store, FIRST)
    const newest = await open({ ...third, schema: SCHEMA })
    await newest.patchAgentState('researcher', [{ op: 'replace', path: '/names/0', value: 'Augusta' }])
    await newest.appendToAgentState('researcher', '/names', ['King'])
    const plain = await open({ schemaVersion: 3 })
    expect((await plain.loadAgentState('researcher'))?.state).toEqual({ names: ['Augusta', 'Lovelace', 'King'] })
    expect((await newest.loadAgentState('researcher', { version: 1 }))?.state).toEqual(THIRD)
    expect(await versionsOf(newest)).toEqual([3, 2, 1])
  },

  'a patch that does not fit the schema is refused, and changes nothing': async ({ open }) => {
    const store = await open({ schema: SCHEMA })
    const saved = await save(store, THIRD)
    for (const patch of [{ names: null }, [{ op: 'remove', path: '/names' } as const]])
      await expect(store.patchAgentState('researcher', patch)).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        path: 'state/names',
      })
    expect(await store.loadAgentState('researcher')).toEqual(saved)
    expect(await versionsOf(store)).toEqual([1])
  },

  'a patch of a deleted agent, or of another version than expected, is refused as without a schema': async ({
    open,
  }) => {
    const store = await open(third)
    for (const names of [['Ada'], []]) await save(store, { names })
    const remove = (expectedVersion?: number) =>
      store.patchAgentState('researcher', [{ op: 'remove', path: '/names/0' }], { expectedVersion })
    await expect(remove(1)).rejects.toMatchObject({ code: 'VERSION_CONFLICT', expected: 1, actual: 2 })
    await expect(remove(2)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await store.deleteAgent('researcher')
    await expect(remove()).rejects.toMatchObject({ code: 'AGENT_DELETED', agentId: 'researcher' })
    await expect(store.patchAgentState('nobody', {})).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' })
  },

  'what a patch of a checked state loses to no other': async ({ open }) => {
    const store = await open({ ...third, schema: SCHEMA })
    await save(store, { names: [] })
    const items = Array.from({ length: 20 }, (_, i) => `${i}`)
    await Promise.all(items.map((item) => store.appendToAgentState('researcher', '/names', [item])))
    const { state } = (await store.loadAgentState('researcher')) as unknown as { state: { names: string[] } }
    expect(state.names.toSorted((a, b) => Number(a) - Number(b))).toEqual(items)
  },

  'a state of a newer schema version is neither read nor overwritten': async ({ store, open }) => {
    const newest = await open(third)
    await save(store, FIRST)
    const saved = await save(newest, THIRD)
    const refused: Record<string, () => Promise<unknown>> = {
      load: () => store.loadAgentState('researcher'),
      'load by version': () => store.loadAgentState('researcher', { version: 2 }),
      'load by moment': () => store.loadAgentState('researcher', { at: new Date() }),
      save: () => save(store, FIRST),
      'save over a version': () => store.saveAgentState(agent(), { expectedVersion: 2 }),
      patch: () => store.patchAgentState('researcher', { name: 'x' }),
      append: () => store.appendToAgentState('researcher', '/names', ['x']),
      'restore of the newest': () => store.restoreRevision('researcher', 2),
      'restore over it': () => store.restoreRevision('researcher', 1),
      fork: () => store.forkAgent('researcher', { agentId: 'fork' }),
      diff: () => store.diffRevisions('researcher', 1, 2),
    }
    for (const [name, call] of Object.entries(refused))
      await expect(call(), name).rejects.toMatchObject({ ...TOO_NEW, stored: 3, known: 1 })
    const { id } = await newest.createSnapshot('researcher')
    await expect(store.restoreSnapshot(id)).rejects.toMatchObject(TOO_NEW)
    expect(await newest.loadAgentState('researcher')).toEqual(saved)
    expect(await store.loadAgentState('fork')).toBeNull()
    expect(await versionsOf(newest)).toEqual([2, 1])
    expect((await store.loadAgentState('researcher', { version: 1 }))?.state).toEqual(FIRST)
    expect(await store.forkAgent('researcher', { agentId: 'fork', version: 1 })).toMatchObject({ state: FIRST })
  },

  'what needs no state goes on with one of a newer schema version': async ({ store, open }) => {
    const newest = await open(third)
    await save(newest, THIRD)
    expect((await store.listAgents()).items).toHaveLength(1)
    expect(await store.updateAgentStatus('researcher', 'busy')).toMatchObject({ version: 2, status: 'busy' })
    await store.createSnapshot('researcher')
    expect((await newest.loadAgentState('researcher'))?.state).toEqual(THIRD)
    await expect(store.loadAgentState('researcher')).rejects.toMatchObject(TOO_NEW)
    expect(await store.deleteAgent('researcher')).toBe(true)
  },

  'without an upcaster a state is taken as it is': async ({ store, open }) => {
    await save(store, { names: ['as', 'ever'] })
    const newest = await open({ schemaVersion: 9, schema: SCHEMA })
    expect((await newest.loadAgentState('researcher'))?.state).toEqual({ names: ['as', 'ever'] })
    await save(store, FIRST)
    await expect(newest.loadAgentState('researcher')).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      path: 'state/names',
    })
  },

  'an upcaster that throws, or lifts to what does not fit, is named; nothing is changed': async ({ store, open }) => {
    const saved = await save(store, FIRST)
    const failure = new Error('of the caller')
    const fail = async () => Promise.reject(failure)
    const throwing = await open({ schemaVersion: 2, upcasters: { 1: fail } })
    const message = expect.stringMatching(/of agent "(researcher|fork)"/)
    const refusal = { code: 'INVALID_INPUT', path: 'state', message, cause: failure }
    for (const call of [
      () => throwing.loadAgentState('researcher'),
      () => throwing.patchAgentState('researcher', {}),
      () => throwing.restoreRevision('researcher', 1),
      () => throwing.forkAgent('researcher', { agentId: 'fork' }),
    ])
      await expect(call()).rejects.toMatchObject(refusal)
    const unfit = await open({ schemaVersion: 2, upcasters: { 1: () => ({ names: 'Ada' }) }, schema: SCHEMA })
    await expect(unfit.loadAgentState('researcher')).rejects.toMatchObject({ path: 'state/names' })
    await expect(unfit.restoreRevision('researcher', 1)).rejects.toMatchObject({ path: 'state/names' })
    expect(await store.loadAgentState('researcher')).toEqual(saved)
    expect(await versionsOf(store)).toEqual([1])
    expect(await store.loadAgentState('fork')).toBeNull()
  },
}
