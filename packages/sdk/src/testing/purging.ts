import { expect } from 'vitest'
import type { PurgeProgress } from '../records.ts'
import type { StateStore } from '../state-store.ts'
import type { ContractTests } from './harness.ts'
import { readHistory, saveTurns, turn, versionsOf } from './histories.ts'
import { agent, event } from './samples.ts'

const NOTHING = { agents: 0, revisions: 0, snapshots: 0, transitions: 0, sessions: 0, events: 0, tasksReleased: 0 }

/** An agent with something in every table. */
async function fill(store: StateStore, agentId: string): Promise<void> {
  await saveTurns(store, 5, agentId)
  await store.updateAgentStatus(agentId, 'busy')
  await store.recordStateTransition({ agentId, before: 'a', after: 'b' })
  for (const _ of [1, 2, 3]) await store.createSnapshot(agentId)
  await store.startSession({ id: `session of ${agentId}`, agentId })
  await store.startSession({ id: `other session of ${agentId}`, agentId })
  const content = `a quick ${agentId}`
  await store.saveEvent(event({ actorId: agentId, sessionId: 'shared', content }))
  await store.saveEvent(event({ actorType: 'user', actorId: 'u', sessionId: `session of ${agentId}`, content }))
  await store.saveTask({ id: `task of ${agentId}`, title: 'T', assignedTo: agentId })
}

/** All that there is to be found of an agent. */
async function traces(store: StateStore, agentId: string) {
  return {
    agent: await store.loadAgentState(agentId),
    listed: (await store.listAgents({ includeDeleted: true })).items.filter((item) => item.agentId === agentId),
    history: await readHistory(store, agentId),
    first: await store.loadAgentState(agentId, { version: 1 }),
    now: await store.loadAgentState(agentId, { at: new Date() }),
    blame: await store.blame(agentId, ''),
    snapshots: (await store.listSnapshots(agentId)).items,
    transitions: (await store.getStateHistory(agentId)).items,
    sessions: (await store.listSessions({ agentId })).items,
    session: await store.getSession(`session of ${agentId}`),
    sessionEvents: (await store.getEvents(`session of ${agentId}`)).items,
    events: (await store.getEvents('shared')).items.filter(({ actorId }) => actorId === agentId),
    found: (await store.searchEvents(agentId)).items.map((hit) => hit.event),
    tasks: (await store.getTasks({ assignedTo: agentId })).items,
  }
}

const NO_TRACES = {
  ...{ agent: null, listed: [], history: [], first: null, now: null, blame: null, snapshots: [], transitions: [] },
  ...{ sessions: [], session: null, sessionEvents: [], events: [], found: [], tasks: [] },
}

/** Erasing an agent for good. */
export const purging: ContractTests = {
  'of a purged agent nothing is left in any list or search, and the report counts what went': async ({ store }) => {
    await fill(store, 'researcher')
    await fill(store, 'writer')
    const other = await traces(store, 'writer')
    const report = await store.purgeAgent('researcher')
    expect(report).toEqual({
      ...{ agents: 1, revisions: 6, snapshots: 3, transitions: 2, sessions: 2, events: 2, tasksReleased: 1 },
      reclaimedBytes: expect.any(Number),
      isScrubbed: expect.any(Boolean),
    })
    expect(await traces(store, 'researcher')).toEqual(NO_TRACES)
    expect(await traces(store, 'writer')).toEqual(other)
    expect(await store.getTask('task of researcher')).toMatchObject({ title: 'T', assignedTo: null })
  },

  'what others wrote about a purged agent stays': async ({ store }) => {
    await saveTurns(store, 1)
    await store.saveEvent(
      event({ actorType: 'user', actorId: 'researcher', sessionId: 's', content: 'a user of its name' }),
    )
    await store.saveEvent(event({ actorId: 'writer', sessionId: 's', content: 'researcher is a name here' }))
    expect(await store.purgeAgent('researcher')).toMatchObject({ events: 0 })
    expect((await store.getEvents('s')).items).toHaveLength(2)
    expect((await store.searchEvents('name')).items).toHaveLength(2)
  },

  'an id that was purged is free, and begins anew': async ({ store }) => {
    await fill(store, 'researcher')
    await store.purgeAgent('researcher')
    const saved = await store.saveAgentState(agent({ state: 'anew' }), { expectedVersion: 0 })
    expect(saved).toMatchObject({ version: 1, parent: null, metadata: null })
    expect(await readHistory(store)).toEqual([saved])
    await store.purgeAgent('researcher')
    await saveTurns(store, 3, 'writer')
    expect(await store.forkAgent('writer', { agentId: 'researcher' })).toMatchObject({ version: 1, state: turn(3) })
  },

  'to purge again, or what never was, removes nothing': async ({ store }) => {
    await fill(store, 'researcher')
    expect(await store.purgeAgent('researcher')).toMatchObject({ agents: 1 })
    expect(await store.purgeAgent('researcher')).toMatchObject(NOTHING)
    expect(await store.purgeAgent('nobody')).toMatchObject(NOTHING)
  },

  'a deleted agent is purged as any other': async ({ store }) => {
    await fill(store, 'researcher')
    await store.deleteAgent('researcher')
    expect(await store.purgeAgent('researcher')).toMatchObject({ agents: 1, revisions: 6, events: 2 })
    expect(await traces(store, 'researcher')).toEqual(NO_TRACES)
  },

  'sessions and events of an agent that was never saved are purged, too': async ({ store }) => {
    await store.startSession({ id: 'session of nobody', agentId: 'nobody' })
    await store.saveEvent(event({ actorId: 'nobody', sessionId: 'shared', content: 'nobody' }))
    expect(await store.purgeAgent('nobody')).toMatchObject({ ...NOTHING, sessions: 1, events: 1 })
    expect(await traces(store, 'nobody')).toEqual(NO_TRACES)
  },

  'forks of a purged agent, and forks of those, read as before': async ({ store }) => {
    await saveTurns(store, 30)
    await store.forkAgent('researcher', { agentId: 'a', version: 10 })
    await store.forkAgent('researcher', { agentId: 'b' })
    await store.forkAgent('a', { agentId: 'c' })
    for (const agentId of ['a', 'b', 'c']) await store.patchAgentState(agentId, { by: agentId })
    const before = await Promise.all(['a', 'b', 'c'].map((agentId) => readHistory(store, agentId)))
    expect(before.flat()).toHaveLength(6)
    for (const agentId of ['researcher', 'a']) {
      await store.purgeAgent(agentId)
      expect(await versionsOf(store, agentId)).toEqual([])
      for (const [i, left] of ['a', 'b', 'c'].entries())
        if (left !== agentId) expect(await readHistory(store, left), `${left} after ${agentId}`).toEqual(before[i])
    }
    expect((await store.loadAgentState('c'))?.parent).toEqual({ agentId: 'a', version: 1 })
    expect((await saveTurns(store, 2, 'c')).map(({ version }) => version)).toEqual([3, 4])
    await store.pruneRevisions({ keepLast: 1 })
    expect((await readHistory(store, 'c')).map((one) => one?.state)).toEqual([turn(2)])
  },

  'an agent is purged in one namespace alone': async ({ store }) => {
    const other = store.withNamespace('other')
    await fill(other, 'researcher')
    const before = await traces(other, 'researcher')
    expect(await store.purgeAgent('researcher')).toMatchObject(NOTHING)
    await fill(store, 'researcher')
    expect(await store.purgeAgent('researcher')).toMatchObject({ agents: 1 })
    expect(await traces(other, 'researcher')).toEqual(before)
  },

  'progress is told as it is made; cut short, the agent is gone already, and can be purged again': async ({
    store,
  }) => {
    await fill(store, 'researcher')
    const failure = new Error('of the caller')
    const cutShort = store.purgeAgent('researcher', {
      onProgress: () => {
        throw failure
      },
    })
    await expect(cutShort).rejects.toBe(failure)
    expect(await store.loadAgentState('researcher')).toBeNull()
    await expect(store.saveAgentState(agent())).rejects.toMatchObject({ code: 'AGENT_DELETED' })
    const told: PurgeProgress[] = []
    const {
      reclaimedBytes: _,
      isScrubbed: __,
      ...report
    } = await store.purgeAgent('researcher', {
      onProgress: (progress) => told.push(progress),
    })
    expect(told.at(-1)).toEqual(report)
    expect(report.agents).toBe(1)
    expect(await traces(store, 'researcher')).toEqual(NO_TRACES)
  },
}
