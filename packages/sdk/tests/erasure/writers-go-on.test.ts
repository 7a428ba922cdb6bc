import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { openStateStore, type StateStore } from '@descartes/sdk'
import { expect, it, onTestFinished } from 'vitest'

/** Large enough for this many commits of a prune, or of a purge, of 200 rows each. */
const COMMITS = 12
const ROWS = COMMITS * 200

const text = 'what an agent knows and does not need to say again '.repeat(20)
const agent = (agentId: string, step: number) => ({ agentId, name: 'A', status: 'running', state: { step, text } })

async function withLargeHistory(): Promise<StateStore> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'descartes-writers-'))
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }))
  const store = await openStateStore({ url: `file:${path.join(folder, 'state.db')}`, durability: 'normal' })
  onTestFinished(() => store.close())
  await Promise.all(Array.from({ length: ROWS }, (_, step) => store.saveAgentState(agent('large', step))))
  const said = { eventType: 'message', sessionId: 's', actorType: 'agent', actorId: 'large' } as const
  await store.saveEvents(Array.from({ length: ROWS }, (_, i) => ({ ...said, content: `the ${i}th of many words` })))
  return store
}

/** Saves another agent, one save after the other, while something goes on; how many were acknowledged meanwhile. */
async function savesDuring(store: StateStore, work: Promise<unknown>): Promise<number> {
  let done = false
  const end = () => {
    done = true
  }
  work.then(end, end)
  let acknowledged = 0
  while (!done) {
    await store.saveAgentState(agent('other', acknowledged))
    if (!done) acknowledged++
  }
  await work
  return acknowledged
}

it('others save while a large history is pruned, at least once between two of its commits', async () => {
  const store = await withLargeHistory()
  let commits = 0
  const onProgress = () => {
    commits++
  }
  const pruning = store.pruneRevisions({ agentId: 'large', keepLast: 1, onProgress })
  expect(await savesDuring(store, pruning)).toBeGreaterThanOrEqual(COMMITS - 1)
  expect(commits).toBeGreaterThanOrEqual(COMMITS)
  expect(await store.loadAgentState('large')).toMatchObject({ state: { step: ROWS - 1 } })
})

it('others save while a large agent is purged, at least once between two of its commits', async () => {
  const store = await withLargeHistory()
  let commits = 0
  const onProgress = () => {
    commits++
  }
  const purging = store.purgeAgent('large', { onProgress })
  const saved = await savesDuring(store, purging)
  expect(commits).toBeGreaterThanOrEqual(2 * COMMITS)
  expect(saved).toBeGreaterThanOrEqual(2 * COMMITS - 1)
  expect((await store.loadAgentState('other'))?.version).toBeGreaterThanOrEqual(saved)
  expect((await store.searchEvents('words')).items).toEqual([])
})
