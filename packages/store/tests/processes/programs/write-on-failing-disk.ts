// Writes before, while and after the disk fails as its argument says, and tells how every write ended.
import fs from 'node:fs'
import { openEngine } from '../../../src/open-engine.ts'
import { loadAgent, saveAgent, saveEvents } from '../../../src/operations.ts'
import { agent, event, prismaEvent } from '../../samples.ts'
import { say } from './talk.ts'

const [file, fault] = process.argv.slice(2) as [string, string]
const control = process.env.FAILING_DISK as string
const engine = await openEngine({ url: `file:${file}` })
await engine.prisma.event.count()

type Ending = 'acknowledged' | string

async function ending(write: Promise<unknown>): Promise<Ending> {
  try {
    await write
    return 'acknowledged'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

const save = (id: string) => engine.write(() => saveAgent('default', agent(id)))
const saveInTransaction = (id: string) =>
  engine.transact((transaction) => transaction.write(() => saveAgent('default', agent(id))))

async function write(when: string) {
  const batch = await Promise.all(['1', '2', '3'].map((n) => ending(save(`${when} ${n}`))))
  const transaction = await ending(saveInTransaction(`${when} in a transaction`))
  const prisma = await ending(engine.prisma.event.create({ data: prismaEvent(when) }))
  const ids = ['first', 'second'].map((n) => `${when} ${n}`)
  const prismaBatch = await ending(
    engine.prisma.$transaction(ids.map((id) => engine.prisma.event.create({ data: prismaEvent(id) }))),
  )
  const read = (await engine.read(() => loadAgent('default', 'before 1')))?.agentId
  return { batch, transaction, prisma, prismaBatch, read }
}

const before = await write('before')
fs.writeFileSync(control, fault)
const meanwhile = await write('meanwhile')
// Enough for a checkpoint, which syncs the database itself.
const many = Array.from({ length: 200 }, (_, i) =>
  ending(engine.write(() => saveEvents('default', [event(`large ${i}`, { content: 'word '.repeat(6_000) })]))),
)
const large = [...new Set(await Promise.all(many))]
fs.rmSync(control)
const after = await write('after')
say(JSON.stringify({ before, meanwhile, large, after, open: engine.stats().transactions.open }))
// Killed, not closed: closing would write the log back, and so hide what it holds.
process.kill(process.pid, 'SIGKILL')
