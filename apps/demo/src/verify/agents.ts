import type { AgentState, Event, StateStore, Task } from '@descartes/sdk'
import type { Document } from '../documents.ts'
import { allPages } from '../pages.ts'
import { AS_KILLED, sessionId, type TaskFacts, type WorkerState } from '../worker-state.ts'
import { sameItems } from './same-items.ts'

type Store = StateStore<WorkerState>
type Agents = readonly AgentState<WorkerState>[]

export function checkAgents(
  ids: readonly string[],
  agents: Agents,
  tasks: readonly Task[],
  events: readonly Event[],
): string[] {
  const found = agents.map(({ agentId }) => agentId)
  const differing = agents.flatMap(({ agentId, status, state }) => {
    const own = tasks.filter(({ assignedTo }) => assignedTo === agentId)
    const recount: WorkerState = {
      documents: own.length,
      sections: events.filter(({ actorId }) => actorId === agentId).length,
      words: own.reduce((sum, { metadata }) => sum + ((metadata as TaskFacts | null)?.words ?? 0), 0),
      reading: null,
    }
    const [says, counted] = [describe(status, state), describe('done', recount)]
    return says === counted ? [] : [`${agentId} says ${says}; the recount says ${counted}`]
  })
  return [...sameItems(ids, found), ...differing]
}

function describe(status: string, { documents, sections, words, reading }: WorkerState): string {
  const now = reading === null ? '' : `, reading ${reading.path}`
  return `${status}, ${documents} documents, ${sections} sections, ${words} words${now}`
}

export async function checkHistories(store: Store, agents: Agents, killed: string): Promise<string[]> {
  const problems: string[] = []
  for (const { agentId, status, state } of agents) {
    const history = (await allPages((page) => store.getStateHistory(agentId, page))).reverse()
    const lost = history.filter(({ after }) => after === 'lost').length
    const finished = history.filter(({ before, after }) => before === 'reading' && after === 'idle').length
    let last = 'idle'
    for (const { before, after } of history) {
      if (before !== last) problems.push(`${agentId} went on from ${before}, but was ${last}`)
      last = after
    }
    if (last !== status) problems.push(`${agentId} is ${status}, but its history ends with ${last}`)
    if (finished !== state.documents)
      problems.push(`${agentId} finished ${finished} documents, but its state says ${state.documents}`)
    if (lost !== (agentId === killed ? 1 : 0)) problems.push(`${agentId} was lost ${lost} times`)
  }
  return problems
}

export async function checkSessions(store: Store, ids: readonly string[]): Promise<string[]> {
  const sessions = await allPages((page) => store.listSessions(page))
  const found = sessions.map(({ id }) => id)
  const open = sessions.filter(({ status }) => status !== 'completed')
  return [...sameItems(ids.map(sessionId), found), ...open.map(({ id, status }) => `${id} is ${status}`)]
}

export async function checkSnapshots(
  store: Store,
  documents: readonly Document[],
  ids: readonly string[],
): Promise<string[]> {
  const lists = await Promise.all(ids.map((agentId) => allPages((page) => store.listSnapshots(agentId, page))))
  const wanted = [...documents.map(({ path }) => `after ${path}`), AS_KILLED]
  const found = lists.flat().map(({ description }) => description ?? 'a snapshot without a description')
  return sameItems(wanted, found)
}
