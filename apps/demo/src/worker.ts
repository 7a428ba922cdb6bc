import type { AgentState, StateStore } from '@descartes/sdk'
import { type Document, readDocument } from './documents.ts'
import type { Report } from './messages.ts'
import { eventId, NEW_WORKER, type Reading, SECTION_READ, sessionId, type WorkerState } from './worker-state.ts'

type Store = StateStore<WorkerState>
type Agent = AgentState<WorkerState>

/** An agent at work: takes one document after the other until none is left. */
export async function work(store: Store, agentId: string, root: string, report: (report: Report) => Promise<void>) {
  let agent = await comeToLife(store, agentId)
  await report({ kind: 'ready', position: agent.state.reading?.read ?? null })
  for (;;) {
    if (agent.state.reading === null) {
      const claimed = await claimTask(store, agent)
      if (claimed === undefined) break
      agent = claimed
    }
    const reading = agent.state.reading as Reading
    const document = readDocument(root, reading.path)
    if (document.sha256 !== reading.sha256)
      throw new Error(`${reading.path} has changed since its task was made; start again`)
    agent = await readSections(store, agent, document, report)
    agent = await finishTask(store, agent, document)
  }
  await store.transact(async (tx) => {
    await tx.updateAgentStatus(agentId, 'done', { reason: 'no task is left', expectedVersion: agent.version })
    await tx.endSession(sessionId(agentId))
  })
}

/** A new agent, or the one in the store: then this process goes on where the last one stopped. */
async function comeToLife(store: Store, agentId: string): Promise<Agent> {
  const stored = await store.loadAgentState(agentId)
  if (stored === null) {
    return store.transact(async (tx) => {
      await tx.startSession({ id: sessionId(agentId), agentId })
      return tx.saveAgentState({ agentId, name: agentId, status: 'idle', state: NEW_WORKER }, { expectedVersion: 0 })
    })
  }
  // The version goes up here. Should the last process be alive after all, its next save finds another version than it
  // expects, and is refused: two processes can never both go on as this agent.
  const { reading } = stored.state
  const reason = `process ${process.pid} goes on${reading ? ` after section ${reading.read} of ${reading.path}` : ''}`
  const status = reading === null ? 'idle' : 'reading'
  return { ...stored, ...(await store.updateAgentStatus(agentId, status, { reason, expectedVersion: stored.version })) }
}

/** Takes the oldest task that is pending. In one transaction, so that no two agents can take the same one. */
function claimTask(store: Store, agent: Agent): Promise<Agent | undefined> {
  return store.transact(async (tx) => {
    const [task] = (await tx.getTasks({ status: 'pending', limit: 1 })).items
    if (task === undefined) return undefined
    const { sha256, sections } = task.metadata as { sha256: string; sections: number }
    await tx.saveTask({ id: task.id, title: task.title, status: 'in_progress', assignedTo: agent.agentId })
    const reading: Reading = { path: task.id, sha256, sections, read: 0, words: 0 }
    return move(tx, agent, 'reading', `takes ${task.id}`, { ...agent.state, reading })
  })
}

/**
 * Reads the sections that are left. Each one is an event, saved before the new position: a process killed between the
 * two leaves a section that is read again, and its id makes that the same event. The other way round would lose it.
 */
async function readSections(
  store: Store,
  agent: Agent,
  { path, sections }: Document,
  report: (report: Report) => Promise<void>,
) {
  let { agentId, name, status, state, version } = agent
  for (const { number, heading, text, words } of sections.slice((state.reading as Reading).read)) {
    await store.saveEvent({
      id: eventId(path, number),
      eventType: SECTION_READ,
      sessionId: sessionId(agentId),
      actorType: 'agent',
      actorId: agentId,
      content: text,
      metadata: { path, section: number, heading, words },
    })
    await report({ kind: 'section', path, section: number, sections: sections.length })
    const reading = state.reading as Reading
    state = { ...state, reading: { ...reading, read: number, words: reading.words + words } }
    version = (await store.saveAgentState({ agentId, name, status, state }, { expectedVersion: version })).version
  }
  return { ...agent, state, version }
}

/** Task, totals, transition and snapshot: all of them, or none. */
function finishTask(store: Store, agent: Agent, { path, sha256, sections }: Document): Promise<Agent> {
  return store.transact(async (tx) => {
    const { documents, sections: before, words, reading } = agent.state
    const read = (reading as Reading).words
    const metadata = { sha256, sections: sections.length, words: read }
    await tx.saveTask({ id: path, title: `Read ${path}`, status: 'completed', metadata })
    const state = { documents: documents + 1, sections: before + sections.length, words: words + read, reading: null }
    const saved = await move(tx, agent, 'idle', `has read ${path}`, state)
    await tx.createSnapshot(agent.agentId, { description: `after ${path}` })
    return saved
  })
}

/** Saves the state with a new status, by compare-and-set, and records the transition. */
async function move(
  tx: Store,
  { agentId, name, status: before, version }: Agent,
  after: string,
  reason: string,
  state: WorkerState,
) {
  const agent = await tx.saveAgentState({ agentId, name, status: after, state }, { expectedVersion: version })
  await tx.recordStateTransition({ agentId, before, after, reason })
  return agent
}
