import type { ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { openStateStore, type StateStore } from '@descartes/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readDocuments } from '../src/documents.ts'
import { verify } from '../src/verify/verify.ts'
import { NAMESPACE, type WorkerState } from '../src/worker-state.ts'
import { COUNTS, makeFolder } from './folder.ts'
import { type Outcome, runDemo } from './run-demo.ts'

type Store = StateStore<WorkerState>

const folder = makeFolder()
const root = path.join(folder, 'input')
const database = path.join(folder, 'demo.db')
let outcome: Outcome

beforeAll(async () => {
  outcome = await runDemo(['--input', root, '--db', database, '--workers', '2'])
})
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

describe('a run on a small folder', () => {
  test('ends with exit code 0 and without a word of error', () => {
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(outcome.stdout).toContain('All of it holds.')
  })

  test('counts what is in the files, and says what it left out', () => {
    expect(outcome.stdout).toContain('4 documents: a completed task for each')
    expect(outcome.stdout).toContain('13 sections: an event for each, none lost, none twice')
    expect(outcome.stdout).toContain('43 words: the same number in files, tasks and events')
    expect(outcome.stdout).toContain('left out: binary.txt: it is not text: it holds a NUL byte')
    expect(outcome.stdout).not.toContain('picture.png')
  })

  test('kills a process in the middle of a document, and another one goes on there', () => {
    expect(outcome.stdout).toMatch(/killed +worker-\d, process \d+, by SIGKILL at section 4 of 7/)
    expect(outcome.stdout).toContain('3 of 7 sections')
    expect(outcome.stdout).toMatch(/resumed +[\d.]+ s later by process \d+, at section 4/)
    expect(outcome.stdout).toMatch(/reading → lost +process \d+ ended by SIGKILL/)
    expect(outcome.stdout).toMatch(/lost → reading +process \d+ goes on after section 3 of deep\/keeper\.md/)
  })

  test('has no escape codes, neither its own nor those of a document', () => {
    expect(outcome.stdout).not.toContain('\u001b')
  })

  test('leaves a store that holds what was counted', async () => {
    await using store = await openStateStore<WorkerState>({ url: pathToFileURL(database).href, namespace: NAMESPACE })
    const { items } = await store.listAgents()
    const states = await Promise.all(items.map(async ({ agentId }) => (await store.loadAgentState(agentId))?.state))
    const sum = (key: keyof typeof COUNTS) => states.reduce((total, state) => total + (state?.[key] ?? 0), 0)
    expect({ documents: sum('documents'), sections: sum('sections'), words: sum('words') }).toEqual(COUNTS)
  })
})

test('a document that changes while the demo runs: exit code 1, and no word that all holds', async () => {
  const changing = makeFolder()
  const input = path.join(changing, 'input')
  let isChanged = false
  const change = (stdout: string) => {
    if (isChanged || !stdout.includes('one for each document')) return
    isChanged = true
    fs.appendFileSync(path.join(input, 'odd.markdown'), 'More.\n')
  }
  const { code, stdout, stderr } = await runDemo(['--input', input, '--db', path.join(changing, 'demo.db')], change)
  fs.rmSync(changing, { recursive: true, force: true })
  expect(code).toBe(1)
  expect(stdout + stderr).toMatch(/odd\.markdown (has changed|differs)/)
  expect(stdout).not.toContain('All of it holds.')
})

test('Ctrl+C in the middle: exit code 130, one line, and no half-finished database', async () => {
  const stopped = makeFolder()
  const stop = (stdout: string, child: ChildProcess) => {
    if (stdout.includes('one for each document')) child.kill('SIGINT')
  }
  const args = ['--input', path.join(stopped, 'input'), '--db', path.join(stopped, 'demo.db')]
  const { code, stderr } = await runDemo(args, stop)
  const left = fs.readdirSync(stopped)
  fs.rmSync(stopped, { recursive: true, force: true })
  expect({ code, stderr, left }).toEqual({ code: 130, stderr: 'Stopped before the end.\n', left: ['input'] })
})

describe('the verification', () => {
  /** What it says about a copy of the run's store that was tampered with. */
  async function problemsAfter(tamper: (store: Store) => Promise<unknown>): Promise<string[]> {
    const copy = path.join(folder, 'tampered.db')
    fs.copyFileSync(database, copy)
    try {
      await using store = await openStateStore<WorkerState>({ url: pathToFileURL(copy).href, namespace: NAMESPACE })
      await tamper(store)
      const { documents } = readDocuments({ root, title: root, includes: () => true })
      const checks = await verify(store, { documents, agents: ['worker-1', 'worker-2'], killed: killed() })
      return checks.flatMap(({ problems }) => problems)
    } finally {
      for (const suffix of ['', '-wal', '-shm']) fs.rmSync(copy + suffix, { force: true })
    }
  }

  const killed = () => /killed +(worker-\d)/.exec(outcome.stdout)?.[1] as string
  const section = { id: 'deep/keeper.md#4' }
  const agent = async (store: Store) => {
    const found = await store.loadAgentState('worker-1')
    if (found === null) throw new Error('there is no worker-1')
    return found
  }

  test('has nothing to say about the store as it was left', async () => {
    expect(await problemsAfter(async () => {})).toEqual([])
  })

  const faults: [fault: string, tamper: (store: Store) => Promise<unknown>, problem: RegExp][] = [
    ['a lost event', (store) => store.prisma.event.deleteMany({ where: section }), /^deep\/keeper\.md#4 is missing$/],
    [
      'an event stored twice',
      async (store) => {
        const [event] = (await store.getEventsByType('section.read', { limit: 1 })).items
        const { gitCommit: _, ...again } = event as NonNullable<typeof event>
        await store.saveEvent({ ...again, id: `${again.id}-again` })
      },
      /-again should not be there$/,
    ],
    [
      'an event with another text',
      (store) => store.prisma.event.updateMany({ where: section, data: { content: '## Four: rewrite log\n' } }),
      /^deep\/keeper\.md differs from its events$/,
    ],
    ['a lost task', (store) => store.prisma.task.deleteMany({ where: { id: 'notes.txt' } }), /^notes\.txt is missing$/],
    [
      'a task left open',
      (store) => store.saveTask({ id: 'notes.txt', title: 'Read notes.txt', status: 'in_progress' }),
      /^notes\.txt is in_progress$/,
    ],
    [
      'a task with another count',
      (store) => store.saveTask({ id: 'notes.txt', title: 'Read notes.txt', metadata: { words: 6 } }),
      /^notes\.txt: 5 in the file, 6 in its task, 5 in its events$/,
    ],
    [
      "an agent's totals changed",
      async (store) => {
        const { agentId, name, status, state } = await agent(store)
        await store.saveAgentState({ agentId, name, status, state: { ...state, words: state.words + 1 } })
      },
      /^worker-1 says done, .*; the recount says /,
    ],
    ['a deleted agent', (store) => store.deleteAgent('worker-1'), /^worker-1 is missing$/],
    [
      'a gap in a history',
      async (store) => store.prisma.stateTransition.deleteMany({ where: { stateAfter: 'lost' } }),
      /went on from lost, but was reading$/,
    ],
    [
      'a transition too many',
      (store) => store.recordStateTransition({ agentId: 'worker-1', before: 'done', after: 'idle' }),
      /^worker-1 is done, but its history ends with idle$/,
    ],
    ['a session too many', (store) => store.startSession({ id: 'more', agentId: 'worker-1' }), /^more is active$/],
    [
      'a lost snapshot',
      (store) => store.prisma.stateSnapshot.deleteMany({ where: { description: 'after guide.md' } }),
      /^after guide\.md is missing$/,
    ],
  ]

  test.each(faults)('reports %s', async (_, tamper, problem) => {
    expect(await problemsAfter(tamper)).toContainEqual(expect.stringMatching(problem))
  })

  test('reports a file that is not what was read', async () => {
    const file = path.join(root, 'notes.txt')
    const before = fs.readFileSync(file)
    fs.appendFileSync(file, 'More.\n')
    try {
      expect(await problemsAfter(async () => {})).toContain('notes.txt differs from its events')
    } finally {
      fs.writeFileSync(file, before)
    }
  })
})
