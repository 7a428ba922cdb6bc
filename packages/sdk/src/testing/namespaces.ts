import { expect } from 'vitest'
import type { StateStore } from '../state-store.ts'
import { errorOf } from './error-of.ts'
import type { ContractTests } from './harness.ts'
import { LISTS } from './lists.ts'
import { agent, event, item } from './samples.ts'

const PAST = new Date('2001-01-01T00:00:00.000Z')

/** One thing of every kind, in the namespace of the store. */
async function fill(store: StateStore) {
  await store.saveAgentState(agent())
  await store.updateAgentStatus('researcher', 'waiting')
  const snapshot = await store.createSnapshot('researcher', { expiresAt: PAST })
  await store.saveEvent(event({ id: 'e1' }))
  await store.saveItem(item())
  await store.saveTask({ id: 't1', title: 'A', assignedTo: 'researcher' })
  await store.startSession({ id: 'session-1', agentId: 'researcher' })
  return snapshot
}

/** All that a namespace holds. */
async function contents(store: StateStore) {
  // Without the scores of hits: they compare hits within one search only.
  const lists = Object.values(LISTS).map(async ({ list }) => {
    const { items } = await list(store, {})
    return items.map((item) => ({ ...(item as object), score: null }))
  })
  return [await store.loadAgentState('researcher'), await store.getTask('t1'), ...(await Promise.all(lists))]
}

/** Nothing leaks from one namespace into another. */
export const namespaces: ContractTests = {
  'a store without a namespace is in the namespace default': async ({ store, open }) => {
    expect(store.namespace).toBe('default')
    const acme = await open({ namespace: 'acme' })
    expect(acme.namespace).toBe('acme')
    expect(acme.withNamespace('Other.2_x-y').namespace).toBe('Other.2_x-y')
    expect(acme.namespace).toBe('acme')
  },

  'nothing of a namespace is read from another': async ({ store }) => {
    await fill(store)
    const other = store.withNamespace('other')
    const reads = [other.loadAgentState('researcher'), other.getTask('t1'), other.getSession('session-1')]
    expect(await Promise.all(reads)).toEqual([null, null, null])
    expect(await other.getItem(item().path, item().key)).toBeNull()
    for (const [name, { list }] of Object.entries(LISTS)) expect((await list(other, {})).items, name).toEqual([])
    expect((await other.listAgents({ includeDeleted: true })).items).toEqual([])
    expect((await other.searchEvents('fox', { sessionId: 'session-1', eventType: 'message' })).items).toEqual([])
  },

  'nothing of a namespace is changed from another, and the refusal is that of a thing that does not exist': async ({
    store,
  }) => {
    const snapshot = await fill(store)
    const before = await contents(store)
    const other = store.withNamespace('other')
    const writes: Record<string, (s: StateStore, id: (id: string) => string) => Promise<unknown>> = {
      AGENT_NOT_FOUND: (s, id) => s.updateAgentStatus(id('researcher'), 'x'),
      'AGENT_NOT_FOUND ': (s, id) => s.recordStateTransition({ agentId: id('researcher'), before: 'a', after: 'b' }),
      'AGENT_NOT_FOUND  ': (s, id) => s.createSnapshot(id('researcher')),
      SNAPSHOT_NOT_FOUND: (s, id) => s.restoreSnapshot(id(snapshot.id)),
      SESSION_NOT_FOUND: (s, id) => s.endSession(id('session-1')),
      VERSION_CONFLICT: (s, id) => s.saveAgentState(agent({ agentId: id('researcher') }), { expectedVersion: 2 }),
    }
    for (const [code, write] of Object.entries(writes)) {
      const theirs = await errorOf(write(other, (id) => id))
      const none = await errorOf(write(other, () => 'none'))
      expect(theirs).toMatchObject({ code: code.trim() })
      expect(theirs.message.replace(/"[^"]*"/, '')).toBe(none.message.replace(/"[^"]*"/, ''))
    }
    expect(await other.deleteAgent('researcher')).toBe(false)
    expect(await other.deleteSnapshot(snapshot.id)).toBe(false)
    expect(await other.deleteExpiredSnapshots()).toBe(0)
    expect(await other.deleteItem(item().path, item().key)).toBe(false)
    expect(await other.refreshItems([{ path: item().path, key: item().key }])).toBe(0)
    expect(await other.deleteExpiredItems()).toBe(0)
    expect(await contents(store)).toEqual(before)
  },

  'the same ids in two namespaces are two things': async ({ store }) => {
    const other = store.withNamespace('other')
    await fill(store)
    const before = await contents(store)
    await other.saveAgentState(agent({ name: 'Another', state: 'another' }), { expectedVersion: 0 })
    await other.saveEvent(event({ id: 'e1', content: 'another fox' }))
    await other.saveItem(item({ value: 'another' }))
    await other.saveTask({ id: 't1', title: 'Another' })
    await other.startSession({ id: 'session-1', agentId: 'another' })
    await other.endSession('session-1')
    expect(await other.deleteAgent('researcher')).toBe(true)
    expect(await contents(store)).toEqual(before)
    expect((await other.searchEvents('fox')).items.map((hit) => hit.event.content)).toEqual(['another fox'])
    expect((await store.searchEvents('fox')).items.map((hit) => hit.event.content)).toEqual([event().content])
  },

  'namespaces are told apart by case, and never joined with ids': async ({ store }) => {
    for (const namespace of ['acme', 'Acme', 'a', 'a.b', 'a-b', 'a_b']) {
      await store.withNamespace(namespace).saveAgentState(agent({ agentId: 'b.c', state: namespace }))
    }
    await store.withNamespace('a').saveAgentState(agent({ agentId: '.b.c', state: 'nested' }))
    for (const namespace of ['acme', 'Acme', 'a', 'a.b', 'a-b', 'a_b']) {
      expect((await store.withNamespace(namespace).loadAgentState('b.c'))?.state).toBe(namespace)
    }
    expect((await store.withNamespace('ACME').listAgents()).items).toEqual([])
  },

  'a cursor of one namespace is refused in another': async ({ store }) => {
    const other = store.withNamespace('other')
    for (const [name, { list, add }] of Object.entries(LISTS)) {
      for (const i of [1, 2]) for (const handle of [store, other]) await add(handle, i)
      const { nextCursor: cursor } = await list(store, { limit: 1 })
      expect(cursor, name).toEqual(expect.any(String))
      const stolen = list(other, { limit: 1, cursor })
      await expect(stolen, name).rejects.toMatchObject({ code: 'INVALID_INPUT', path: 'cursor' })
    }
  },

  'a namespace that is none is refused': async ({ store }) => {
    const bad = [
      '',
      'a/b',
      '..',
      '.',
      'a b',
      'a\0',
      'ü',
      'x'.repeat(129),
      '\n',
      'a\n',
      '\uD800',
      null,
      7,
      {},
      undefined,
    ]
    for (const namespace of bad) {
      const refusal = expect.objectContaining({ code: 'INVALID_INPUT', path: 'namespace' })
      expect(() => store.withNamespace(namespace as string)).toThrow(refusal)
    }
    expect(store.withNamespace('x'.repeat(128)).namespace).toBe('x'.repeat(128))
  },
}
