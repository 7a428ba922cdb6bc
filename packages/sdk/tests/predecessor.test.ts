import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { openStateStore, type StateStore } from '@descartes/sdk'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let folder: string
let store: StateStore

beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'descartes-predecessor-'))
  store = await openStateStore({ url: `file:${folder}/state.db` })
})

afterEach(async () => {
  await store.close()
  await fs.rm(folder, { recursive: true })
})

const saveAgent = (agentId: string, status = 'running') =>
  store.saveAgentState({ agentId, name: agentId.toUpperCase(), status, state: { step: 1 } })

const saveEvent = (content: string, eventType = 'message', sessionId = 's1') =>
  store.saveEvent({ eventType, sessionId, actorType: 'agent', actorId: 'a1', content })

// The cases that the StateStore before this one was tested with, by their names.
describe("the predecessor's 18 cases", () => {
  test('creation and initialization', async () => {
    expect((await fs.stat(`${folder}/state.db`)).isFile()).toBe(true)
    await store.initialize()
    await store.initialize()
    expect((await store.listAgents()).items).toEqual([])
  })

  test('save and load', async () => {
    const saved = await store.saveAgentState({
      agentId: 'a1',
      name: 'Agent',
      status: 'running',
      state: { memory: ['x'], score: 0.5 },
      metadata: { model: 'm1' },
    })
    expect(await store.loadAgentState('a1')).toEqual(saved)
    expect(saved).toMatchObject({ state: { memory: ['x'], score: 0.5 }, metadata: { model: 'm1' }, version: 1 })
  })

  test('list', async () => {
    for (const agentId of ['a1', 'a2', 'a3']) await saveAgent(agentId)
    expect((await store.listAgents()).items.map(({ agentId }) => agentId)).toEqual(['a1', 'a2', 'a3'])
  })

  test('update status', async () => {
    await saveAgent('a1')
    expect(await store.updateAgentStatus('a1', 'paused')).toMatchObject({ status: 'paused', version: 2 })
    expect(await store.loadAgentState('a1')).toMatchObject({ status: 'paused', state: { step: 1 } })
  })

  test('delete', async () => {
    await saveAgent('a1')
    expect(await store.deleteAgent('a1')).toBe(true)
    expect(await store.loadAgentState('a1')).toBeNull()
    expect((await store.listAgents()).items).toEqual([])
  })

  test('transitions', async () => {
    await saveAgent('a1', 'idle')
    await store.updateAgentStatus('a1', 'running', { reason: 'task arrived' })
    await store.recordStateTransition({ agentId: 'a1', before: 'plan', after: 'act' })
    const { items } = await store.getStateHistory('a1')
    expect(items.map(({ before, after, reason }) => [before, after, reason])).toEqual([
      ['plan', 'act', null],
      ['idle', 'running', 'task arrived'],
    ])
  })

  test('snapshots', async () => {
    await saveAgent('a1')
    const snapshot = await store.createSnapshot('a1', { description: 'first' })
    await store.saveAgentState({ agentId: 'a1', name: 'A1', status: 'running', state: { step: 2 } })
    expect((await store.listSnapshots('a1')).items).toEqual([snapshot])
    expect(await store.restoreSnapshot(snapshot.id)).toMatchObject({ state: { step: 1 }, version: 3 })
  })

  test('events save and retrieve', async () => {
    const saved = [await saveEvent('one'), await saveEvent('two')]
    await saveEvent('elsewhere', 'message', 's2')
    expect((await store.getEvents('s1')).items).toEqual(saved)
  })

  test('events by type', async () => {
    await saveEvent('said')
    const called = await saveEvent('called', 'tool_call')
    expect((await store.getEventsByType('tool_call')).items).toEqual([called])
  })

  test('events search', async () => {
    await saveEvent('The deployment failed in staging')
    await saveEvent('All tests passed')
    const { items } = await store.searchEvents('deployment staging')
    expect(items.map(({ event, snippet }) => [event.content, snippet])).toEqual([
      ['The deployment failed in staging', 'The [deployment] failed in [staging]'],
    ])
  })

  test('tasks save and retrieve', async () => {
    const task = await store.saveTask({ id: 't1', title: 'Write', description: 'A page', assignedTo: 'a1' })
    expect(await store.getTask('t1')).toEqual(task)
    expect(await store.saveTask({ id: 't1', title: 'Write', status: 'completed' })).toMatchObject({
      description: 'A page',
      status: 'completed',
    })
  })

  test('all tasks', async () => {
    for (const title of ['one', 'two', 'three']) await store.saveTask({ title })
    expect((await store.getTasks()).items.map(({ title }) => title)).toEqual(['one', 'two', 'three'])
  })

  test('key prefix (namespace)', async () => {
    const other = store.withNamespace('other')
    await saveAgent('a1')
    expect(await other.loadAgentState('a1')).toBeNull()
    await other.saveAgentState({ agentId: 'a1', name: 'Other', status: 'idle', state: null })
    expect(await store.loadAgentState('a1')).toMatchObject({ name: 'A1', version: 1 })
  })

  test('concurrent operations', async () => {
    const ids = Array.from({ length: 50 }, (_, i) => `a${i}`)
    await Promise.all([...ids.map((id) => saveAgent(id)), ...ids.map((id) => saveEvent(id))])
    expect((await store.listAgents()).items).toHaveLength(50)
    expect((await store.getEvents('s1')).items.map(({ content }) => content)).toEqual(ids)
  })

  test('migration tracking', async () => {
    const history = await store.getMigrationHistory()
    expect(history.map(({ name }) => name)).toEqual([
      expect.stringMatching(/_agents$/),
      expect.stringMatching(/_events$/),
      expect.stringMatching(/_tasks_and_sessions$/),
      expect.stringMatching(/_event_search$/),
      expect.stringMatching(/_agent_revisions$/),
      expect.stringMatching(/_events_by_actor$/),
      expect.stringMatching(/_event_numbers$/),
      expect.stringMatching(/_inserted_agents$/),
      expect.stringMatching(/_revision_labels$/),
      expect.stringMatching(/_items$/),
    ])
    for (const { appliedAt } of history) expect(appliedAt).toBeInstanceOf(Date)
  })

  test('edge case: what does not exist', async () => {
    expect(await store.loadAgentState('none')).toBeNull()
    expect(await store.getTask('none')).toBeNull()
    expect(await store.deleteAgent('none')).toBe(false)
    expect((await store.getEvents('none')).items).toEqual([])
    await expect(store.updateAgentStatus('none', 'x')).rejects.toMatchObject({ code: 'AGENT_NOT_FOUND' })
  })

  test('edge case: empty and special values', async () => {
    for (const state of [{}, [], '', null, { "it's": 'a "quoted" \\ path; 日本語 😀\n\t' }]) {
      await store.saveAgentState({ agentId: 'a1', name: "O'Neil; --", status: 'ok', state })
      expect(await store.loadAgentState('a1')).toMatchObject({ state, name: "O'Neil; --" })
    }
  })

  test('edge case: a large state', async () => {
    const state = { lines: Array.from({ length: 20_000 }, (_, i) => `line ${i} ${'x'.repeat(80)}`) }
    await store.saveAgentState({ agentId: 'a1', name: 'A1', status: 'ok', state })
    expect((await store.loadAgentState('a1'))?.state).toEqual(state)
  })
})
