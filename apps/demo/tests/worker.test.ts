import fs from 'node:fs'
import path from 'node:path'
import { openStateStore, type StateStore, VersionConflictError } from '@descartes/sdk'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTasks } from '../src/coordinator.ts'
import { readDocuments } from '../src/documents.ts'
import type { Report } from '../src/messages.ts'
import { splitSections } from '../src/sections.ts'
import { work } from '../src/worker.ts'
import { SECTION_READ, type WorkerState } from '../src/worker-state.ts'
import { COUNTS, makeFolder } from './folder.ts'

let folder: string
let root: string
let store: StateStore<WorkerState>

beforeEach(async () => {
  folder = makeFolder()
  root = path.join(folder, 'input')
  store = await openStateStore<WorkerState>({ url: ':memory:' })
  await createTasks(store, readDocuments({ root, title: root, includes: () => true }).documents)
})
afterEach(async () => {
  await store.close()
  fs.rmSync(folder, { recursive: true, force: true })
})

/** Answers reports until so many sections are read; then says so, and answers no more until it is let go. */
function stopAfter(sections: number) {
  let [seen, reached, letGo] = [0, () => {}, () => {}]
  const stopped = new Promise<void>((resolve) => {
    reached = resolve
  })
  const released = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const report = async ({ kind }: Report) => {
    if (kind !== 'section') return
    seen += 1
    if (seen !== sections) return
    reached()
    await released
  }
  return { report, stopped, letGo: () => letGo() }
}

const places = Array.from({ length: COUNTS.sections }, (_, i) => i + 1)

test.each(places)(
  'a worker that stops at section %i of all: its successor does the rest, nothing twice',
  async (place) => {
    const slow = stopAfter(place)
    const first = work(store, 'worker-1', root, slow.report)
    await slow.stopped
    await work(store, 'worker-1', root, async () => {})
    const isDone = async () => {
      expect((await store.getEventsByType(SECTION_READ)).items).toHaveLength(COUNTS.sections)
      expect((await store.loadAgentState('worker-1'))?.state).toEqual({ ...COUNTS, reading: null })
    }
    await isDone()

    // It was not dead after all, only slow: its next save is refused, and has no effect.
    slow.letGo()
    await expect(first).rejects.toThrow(VersionConflictError)
    await isDone()
  },
)

test('two agents never take the same task', async () => {
  await Promise.all(['worker-1', 'worker-2'].map((agentId) => work(store, agentId, root, async () => {})))
  const states = await Promise.all(['worker-1', 'worker-2'].map(async (agentId) => store.loadAgentState(agentId)))
  expect(states.reduce((sum, agent) => sum + (agent?.state.documents ?? 0), 0)).toBe(COUNTS.documents)
})

test('a document that has changed since its task was made is not read on', async () => {
  fs.appendFileSync(path.join(root, 'deep', 'keeper.md'), 'More.\n')
  await expect(work(store, 'worker-1', root, async () => {})).rejects.toThrow(/deep\/keeper\.md has changed/)
})

test.each([
  ['', ['']],
  ['text', ['text']],
  ['# a\n# b\n', ['# a\n', '# b\n']],
  ['intro\n\n## b\ntext', ['intro\n\n', '## b\ntext']],
  ['# a\n~~~\n# no heading\n~~~\n', ['# a\n~~~\n# no heading\n~~~\n']],
  [`${'line\n'.repeat(70)}\nmore`, ['line\n'.repeat(70), '\nmore']],
])('sections of %j', (text, sections) => {
  expect(splitSections(text).map((section) => section.text)).toEqual(sections)
})
