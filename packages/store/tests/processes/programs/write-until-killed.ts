// Writes everything that is made of several statements, as fast as it can, and says what it was told is durable.
import { openEngine } from '../../../src/open-engine.ts'
import { saveAgent, saveEvents, saveTask, updateAgentStatus } from '../../../src/operations.ts'
import type { Durability } from '../../../src/sqlite/connection.ts'
import { agent, event } from '../../samples.ts'
import { listen, say } from './talk.ts'

const [writer, manner, durability = 'full'] = process.argv.slice(2) as [
  string,
  'honest' | 'hasty' | 'mortal',
  Durability?,
]
say('ready')
const file = await listen()
if (file === undefined) process.exit()
const engine = await openEngine({ url: `file:${file}`, busyTimeoutMs: 30_000, durability })
await engine.write(() => saveAgent('default', agent(writer, { status: 'status 0' })))

/** Says that a write is durable once it is; the hasty one says so as soon as it is under way, and the mortal one dies of it. */
async function acknowledge(write: Promise<unknown>, line: string): Promise<void> {
  if (manner === 'hasty') say(line)
  await write
  if (manner !== 'hasty') say(line)
  if (manner === 'mortal') process.exit(1)
}

async function saveEventsForever(): Promise<void> {
  for (let n = 1; ; n++) {
    const events = [0, 1, 2].map((i) => event(`${writer}/${n}/${i}`, { sessionId: `${writer}/${n}` }))
    await acknowledge(
      engine.write(() => saveEvents('default', events)),
      `events ${writer}/${n}`,
    )
  }
}

async function changeStatusForever(): Promise<void> {
  for (let n = 1; ; n++) {
    const change = {
      agentId: writer,
      status: `status ${n}`,
      reason: null,
      expectedVersion: n,
      transitionId: `${writer}/${n}`,
    }
    await acknowledge(
      engine.write(() => updateAgentStatus('default', change)),
      `status ${writer}/${n}`,
    )
  }
}

async function transactForever(): Promise<void> {
  for (let n = 1; ; n++) {
    const id = `${writer}/transaction ${n}`
    const task = { id, title: id, description: null, status: undefined, assignedTo: undefined, metadata: undefined }
    const both = engine.transact(async (transaction) => {
      await transaction.write(() => saveTask('default', task))
      await new Promise((resolve) => setImmediate(resolve))
      await transaction.write(() => saveEvents('default', [event(id, { sessionId: id })]))
    })
    await acknowledge(both, `transaction ${id}`)
  }
}

await Promise.all([saveEventsForever(), saveEventsForeverBeside(), changeStatusForever(), transactForever()])

/** Larger events from many clients, so that batches are large and checkpoints happen. */
async function saveEventsForeverBeside(): Promise<void> {
  const clients = Array.from({ length: 8 }, async (_, client) => {
    for (let n = 1; ; n++) {
      const id = `${writer}/client ${client}/${n}`
      const events = [0, 1, 2].map((i) => event(`${id}/${i}`, { sessionId: id, content: `word${n} `.repeat(200) }))
      await acknowledge(
        engine.write(() => saveEvents('default', events)),
        `events ${id}`,
      )
    }
  })
  await Promise.all(clients)
}
