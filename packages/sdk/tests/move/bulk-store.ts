import { openStateStore, type StateStore } from '@descartes/sdk'
import { agent, said } from './mixed-store.ts'

const AT_ONCE = 500

/** Makes a store of about so many rows, of every table, in two namespaces. */
export async function fillWithRows(url: string, rows: number): Promise<void> {
  const store = await openStateStore({ url, durability: 'normal' })
  for (const namespace of ['left', 'right']) await fillNamespace(store.withNamespace(namespace), rows / 2)
  await store.close()
}

// Of each 100 rows: 1 agent, 40 versions, 4 transitions, 1 snapshot, 40 events, 6 tasks, 3 items and 5 sessions.
async function fillNamespace(store: StateStore, rows: number): Promise<void> {
  const agents = Math.ceil(rows / 100)
  const name = (i: number) => `agent-${i % agents}`
  const state = (i: number) => ({
    step: i,
    notes: `note ${i * 7919} of ${name(i)}`,
    list: [i, i + 1, { deep: `${i}` }],
  })
  await inWaves(36 * agents, (i) => store.saveAgentState(agent(name(i), state(i))))
  await inWaves(4 * agents, (i) => store.updateAgentStatus(name(i), i < 2 * agents ? 'waiting' : `status ${i}`))
  await inWaves(agents, (i) => store.createSnapshot(name(i)))
  await inWaves(6 * agents, (i) => store.saveTask({ id: `task ${i}`, title: `Task ${i}`, metadata: { i, b: [i] } }))
  await inWaves(3 * agents, (i) => store.saveItem({ path: ['p', `${i % 7}`], key: `${i}`, value: i, text: `word${i}` }))
  await inWaves(5 * agents, (i) => store.startSession({ id: `session ${i}`, agentId: name(i) }))
  await inWaves(Math.ceil((40 * agents) / AT_ONCE), (wave) =>
    store.saveEvents(
      Array.from({ length: Math.min(AT_ONCE, 40 * agents - wave * AT_ONCE) }, (_, i) =>
        said({ content: `event ${wave * AT_ONCE + i} says word${i} again`, sessionId: `session ${i % agents}` }),
      ),
    ),
  )
}

async function inWaves(count: number, work: (i: number) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < count; start += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - start) }, (_, i) => work(start + i)))
}
