// Keeps saves in flight for some seconds and tells how late the event loop was: a process of its own, so that nothing
// else is in its heap. Arguments: subject, database, seconds, saves in flight.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { agentInput } from '../data/content.ts'
import { requireStored } from '../operations/agent-ledger.ts'
import { Reader, requireSame } from '../operations/reader.ts'
import { openDescartes } from '../subjects/descartes.ts'
import { openPrisma } from '../subjects/prisma.ts'
import { openRaw } from '../subjects/raw.ts'
import type { Subject } from '../subjects/subject.ts'

const SUBJECTS = { descartes: openDescartes, prisma: openPrisma, raw: openRaw }
const [name, path, seconds, inFlight] = [
  process.argv[2] as keyof typeof SUBJECTS | 'idle',
  process.argv[3] as string,
  Number(process.argv[4]),
  Number(process.argv[5]),
]
const saves = new Map(Array.from({ length: inFlight }, (_, i) => [`caller-${i}`, 0]))
let end = 0

/** By the clock: whoever never lets the event loop turn would never see a timer. */
const measuring = () => performance.now() < end

/** One of the callers: saves its own agent, again and again, each time after the save before. */
async function caller(subject: Subject, agentId: string): Promise<void> {
  while (measuring()) await subject.operations.saveAgentState?.(nextSave(agentId))
}

function nextSave(agentId: string) {
  const step = saves.get(agentId) as number
  saves.set(agentId, step + 1)
  return agentInput(agentId, step)
}

function total(): number {
  return [...saves.values()].reduce((a, b) => a + b)
}

/** By hand there are no callers that wait: a batch of as many saves, then a turn of the event loop for everyone else. */
async function batches(subject: Subject): Promise<void> {
  const save = subject.operations.saveAgentState
  while (measuring() && save !== undefined) {
    await subject.run('write', save, [...saves.keys()].map(nextSave), inFlight)
    await setImmediate()
  }
}

async function work(subject: Subject | undefined): Promise<void> {
  end = performance.now() + seconds * 1000
  const done =
    subject === undefined
      ? []
      : name === 'raw'
        ? [batches(subject)]
        : Array.from(saves.keys(), (agentId) => caller(subject, agentId))
  await setTimeout(seconds * 1000)
  await Promise.all(done)
}

function verify(): void {
  const reader = new Reader(path)
  for (const [agentId, count] of saves) requireStored(reader, agentInput(agentId, count - 1), count)
  requireSame(
    reader.row(`SELECT sum(version) AS saves FROM agent_states WHERE agent_id LIKE 'caller-%'`),
    { saves: total() },
    'saves stored',
  )
  reader.close()
}

const subject = name === 'idle' ? undefined : await SUBJECTS[name](path, 'full')
await work(subject) // warm: what counts is the steady state
const before = total()
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
await setTimeout(5) // it counts from its first turn
const started = performance.now()
await work(subject)
const perSecond = ((total() - before) * 1000) / (performance.now() - started)
await setTimeout(5) // a loop that did not turn at all is noticed at its next turn
delay.disable()
if (subject !== undefined) verify()
await subject?.close()
const millis = (nanoseconds: number) => nanoseconds / 1e6
console.log(
  JSON.stringify({
    p50: millis(delay.percentile(50)),
    p99: millis(delay.percentile(99)),
    max: millis(delay.max),
    perSecond,
  }),
)
