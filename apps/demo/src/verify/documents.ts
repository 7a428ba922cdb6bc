import type { Event, StateStore, Task } from '@descartes/sdk'
import { type Document, sha256 } from '../documents.ts'
import { allPages } from '../pages.ts'
import { countWords, searchWords } from '../sections.ts'
import { eventId, SECTION_READ, type SectionFacts, type TaskFacts, type WorkerState } from '../worker-state.ts'
import { sameItems } from './same-items.ts'

export function checkTasks(documents: readonly Document[], tasks: readonly Task[]): string[] {
  const paths = documents.map(({ path }) => path)
  const ids = tasks.map(({ id }) => id)
  const open = tasks.filter(({ status }) => status !== 'completed')
  return [...sameItems(paths, ids), ...open.map(({ id, status }) => `${id} is ${status}`)]
}

export function checkTexts(documents: readonly Document[], events: readonly Event[]): string[] {
  const byPath = groupByPath(events)
  const differing = documents.filter(({ path, sha256: hash }) => {
    const inOrder = (byPath.get(path) ?? []).toSorted((a, b) => factsOf(a).section - factsOf(b).section)
    return sha256(inOrder.map(({ content }) => content).join('')) !== hash
  })
  return differing.map(({ path }) => `${path} differs from its events`)
}

export function checkWords(documents: readonly Document[], tasks: readonly Task[], events: readonly Event[]): string[] {
  const byPath = groupByPath(events)
  const inTasks = new Map(tasks.map(({ id, metadata }) => [id, (metadata as TaskFacts | null)?.words]))
  return documents.flatMap(({ path, text }) => {
    const inFile = countWords(text)
    const inTask = inTasks.get(path)
    const inEvents = (byPath.get(path) ?? []).reduce((sum, event) => sum + factsOf(event).words, 0)
    if (inTask === inFile && inEvents === inFile) return []
    return [`${path}: ${inFile} in the file, ${inTask ?? 'none'} in its task, ${inEvents} in its events`]
  })
}

export async function checkSearch(
  store: StateStore<WorkerState>,
  documents: readonly Document[],
  word: string,
): Promise<string[]> {
  const hits = await allPages((page) => store.searchEvents(word, { ...page, eventType: SECTION_READ }))
  const holding = documents.flatMap(({ path, sections }) =>
    sections.filter(({ text }) => searchWords(text).has(word)).map(({ number }) => eventId(path, number)),
  )
  const found = hits.map(({ event }) => event.id)
  return sameItems(holding, found)
}

const factsOf = (event: Event) => event.metadata as SectionFacts

function groupByPath(events: readonly Event[]): Map<string, Event[]> {
  const groups = new Map<string, Event[]>()
  for (const event of events) {
    const { path } = factsOf(event)
    groups.set(path, [...(groups.get(path) ?? []), event])
  }
  return groups
}
