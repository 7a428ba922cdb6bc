import { type AgentStateInput, type EventInput, type JsonValue, openStateStore, type StateStore } from '@descartes/sdk'
import { allPages } from '../../src/testing/all-pages.ts'

export const NAMESPACES = ['acme', 'Acme', 'zeta.9', 'default'] as const

/** Makes a store with everything in it that a store can hold, in several namespaces. */
export async function fillStore(url: string): Promise<void> {
  const store = await openStateStore({ url, namespace: 'acme', durability: 'normal' })
  for (const namespace of NAMESPACES) await fillNamespace(store.withNamespace(namespace), namespace)
  await store.close()
}

async function fillNamespace(store: StateStore, word: string): Promise<void> {
  await saveAgents(store, word)
  const session = await store.startSession({ agentId: 'talker', metadata: { word } })
  await store.endSession(session.id, { status: 'completed' })
  await store.startSession({ id: 'open', agentId: 'talker' })
  await store.saveEvents([
    said({ content: `The quick ${word} fox` }),
    said({ id: 'chosen', content: 'Ünïcödé 東京 😀\n\ttabs', metadata: { nested: { z: 1, a: [1.5, 1e21, null] } } }),
    said({
      id: 'a',
      actorType: 'user',
      gitCommit: 'abc123',
      timestamp: new Date('1999-12-31T23:59:59.001Z'),
      content: '',
    }),
    said({ eventType: 'slip', content: 'never said' }),
  ])
  // Numbers of events that are deleted never come back: here, that of the newest.
  await store.prisma.event.deleteMany({ where: { eventType: 'slip' } })
  for (const key of ['one', 'two', 'one', 'three'])
    await store.saveItem({ path: ['users', word], key, value: { at: new Date(7), word }, text: `${word} fox` })
  await store.saveItem({ path: ['users'], key: 'short', value: 1, ttlMs: 30 * 24 * 3_600_000 })
  await store.deleteItem(['users', word], 'two')
  await store.saveTask({ id: 'one', title: `Task ${word}`, assignedTo: 'talker', metadata: 7 as JsonValue })
  await store.saveTask({ id: 'two', title: '東京', status: 'in_progress', description: "it's" })
}

async function saveAgents(store: StateStore, word: string): Promise<void> {
  for (let turn = 1; turn <= 30; turn++)
    await store.saveAgentState(
      agent('talker', { turns: Array.from({ length: turn }, (_, i) => `turn ${i} of ${word}`) }),
    )
  const noise = Array.from({ length: 3000 }, (_, i) => `${(i * 7919) % 3001}`)
  for (let step = 1; step <= 6; step++)
    await store.saveAgentState(agent('large', { step, text: noise.join(step < 4 ? '-' : '+') }), {
      label: step % 2 === 0 ? `step ${step} of ${word}` : undefined,
    })
  await store.saveAgentState({
    ...agent('rich', {
      at: new Date(12345),
      big: 12n,
      set: new Set([1, 'two']),
      map: new Map([['k', new Uint8Array([1, 2, 255])]]),
    }),
    metadata: { b: new Date(0), a: { $money: 1, '10': 'x', '9': 'y' } },
  })
  await store.createSnapshot('talker', { description: 'pinned', expiresAt: new Date('2999-01-01') })
  await store.forkAgent('talker', { agentId: 'fork', version: 12 })
  await store.saveAgentState(agent('fork', { turns: ['another way'] }))
  await store.pruneRevisions({ agentId: 'talker', keepLast: 9 })
  await store.updateAgentStatus('talker', 'waiting', { reason: 'for a reply' })
  await store.recordStateTransition({ agentId: 'talker', before: 'waiting', after: 'asked', metadata: { word } })
  await store.updateAgentStatus('talker', 'running')
  await store.saveAgentState(agent('gone', { last: word }))
  await store.deleteAgent('gone')
  await store.saveAgentState(agent('東京 😀', { nothing: null }))
  // Not written by the store: the history does not hold it.
  await store.saveAgentState(agent('edited', { by: 'store' }))
  await store.prisma.agentState.update({
    where: { namespace_agentId: { namespace: store.namespace, agentId: 'edited' } },
    data: { name: 'By hand' },
  })
}

export function agent(agentId: string, state: AgentStateInput['state']): AgentStateInput {
  return { agentId, name: `Agent ${agentId}`, status: 'running', metadata: { z: 1, a: { y: 2, b: 3 } }, state }
}

export function said(fields: Partial<EventInput>): EventInput {
  return { eventType: 'said', sessionId: 'open', actorType: 'agent', actorId: 'talker', content: 'words', ...fields }
}

/** All that a store gives through its public methods, every old version too, by namespace. */
export async function contentOf(
  url: string,
  namespaces: readonly string[] = NAMESPACES,
): Promise<Record<string, unknown>> {
  const store = await openStateStore({ url })
  try {
    const content: Record<string, unknown> = {}
    for (const namespace of namespaces) content[namespace] = await contentOfNamespace(store.withNamespace(namespace))
    return content
  } finally {
    await store.close()
  }
}

async function contentOfNamespace(store: StateStore) {
  const agents = await allPages((page) => store.listAgents({ includeDeleted: true, ...page }), 100)
  const sessions = await allPages((page) => store.listSessions(page), 100)
  const hits = await allPages((page) => store.searchEvents('fox', page), 10)
  return {
    agents: await Promise.all(agents.map(async (summary) => ({ summary, ...(await lifeOf(store, summary.agentId)) }))),
    sessions,
    tasks: await allPages((page) => store.getTasks(page), 100),
    events: await allPages((page) => store.getEvents('open', page), 100),
    items: await allPages((page) => store.listItems(page), 100),
    foundItems: await allPages((page) => store.searchItems('fox', page), 10),
    found: hits.map(({ event }) => event.id).sort(),
  }
}

async function lifeOf(store: StateStore, agentId: string) {
  const revisions = await allPages((page) => store.listRevisions(agentId, page), 100)
  const versions = revisions.map(({ version }) => store.loadAgentState(agentId, { version }).catch(String))
  return {
    now: await store.loadAgentState(agentId),
    revisions,
    versions: await Promise.all(versions),
    snapshots: await allPages((page) => store.listSnapshots(agentId, page), 100),
    transitions: await allPages((page) => store.getStateHistory(agentId, page), 100),
  }
}
