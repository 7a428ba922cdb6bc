import type { StateStore } from '@descartes/sdk'
import type { Document } from '../documents.ts'
import { allPages } from '../pages.ts'
import { commonWord, countWords } from '../sections.ts'
import { count } from '../style.ts'
import { eventId, SECTION_READ, type WorkerState } from '../worker-state.ts'
import { checkAgents, checkHistories, checkSessions, checkSnapshots } from './agents.ts'
import { checkSearch, checkTasks, checkTexts, checkWords } from './documents.ts'
import { sameItems } from './same-items.ts'

/** One thing that must hold, and all that speaks against it. */
export interface Check {
  title: string
  problems: string[]
}

export interface Expected {
  /** Read from the files again, not taken from the store. */
  documents: readonly Document[]
  agents: readonly string[]
  /** The agent whose process was killed. */
  killed: string
}

/** Compares what the store holds with a recount from the files. */
export async function verify(
  store: StateStore<WorkerState>,
  { documents, agents: ids, killed }: Expected,
): Promise<Check[]> {
  const tasks = await allPages((page) => store.getTasks(page))
  const events = await allPages((page) => store.getEventsByType(SECTION_READ, page))
  const listed = await allPages((page) => store.listAgents(page))
  const agents = (await Promise.all(listed.map((agent) => store.loadAgentState(agent.agentId)))).filter(
    (agent) => agent !== null,
  )

  const sections = documents.flatMap((document) => document.sections)
  const eventIds = documents.flatMap((document) =>
    document.sections.map(({ number }) => eventId(document.path, number)),
  )
  const words = documents.reduce((sum, { text }) => sum + countWords(text), 0)
  const word = commonWord(sections)

  const checks: [title: string, problems: string[]][] = [
    [`${count(documents.length, 'document')}: a completed task for each`, checkTasks(documents, tasks)],
    [
      `${count(sections.length, 'section')}: an event for each, none lost, none twice`,
      sameItems(
        eventIds,
        events.map(({ id }) => id),
      ),
    ],
    ['The events of a document, put together, are its file, byte for byte', checkTexts(documents, events)],
    [`${count(words, 'word')}: the same number in files, tasks and events`, checkWords(documents, tasks, events)],
    [
      `${count(ids.length, 'agent')}: totals as their tasks and events give them`,
      checkAgents(ids, agents, tasks, events),
    ],
    ['Histories without a gap; one agent was lost, once, and went on', await checkHistories(store, agents, killed)],
    ['One completed session for each agent', await checkSessions(store, ids)],
    ['One snapshot after each document, and one of the kill', await checkSnapshots(store, documents, ids)],
  ]
  if (word !== undefined)
    checks.push([`Searching "${word}" finds each section that holds it`, await checkSearch(store, documents, word)])
  return checks.map(([title, problems]) => ({ title, problems }))
}
