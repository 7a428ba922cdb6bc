// Runs agents in a process of its own, each on a session of its own; one stays at a moment of its run, if it is named one:
//   run.mts <url> <JSON of a Job>...
import { DescartesSession } from '@descartes/openai-agents'
import { openStateStore } from '@descartes/sdk'
import { type SessionHistoryTransactionArgs, setTracingDisabled } from '@openai/agents'
import { type Job, runMode } from './modes.ts'

const [url = '', ...jobs] = process.argv.slice(2)
setTracingDisabled(true)
const store = await openStateStore({ url })
const print = (line: object) => console.log(JSON.stringify(line))

async function work({ sessionId, mode, moment }: Job): Promise<void> {
  async function reach(here: string): Promise<void> {
    if (here !== moment) return
    print({ sessionId, reached: here })
    // Until it is killed.
    await new Promise(() => setInterval(() => {}, 1000))
  }

  /** Tells when its history was changed, and is not heard of any more. */
  class Watched extends DescartesSession {
    #writes = 0

    override async addItems(...given: Parameters<DescartesSession['addItems']>): Promise<void> {
      await super.addItems(...given)
      await reach(`write ${++this.#writes}`)
    }

    override async applyHistoryTransaction(args: SessionHistoryTransactionArgs): Promise<void> {
      if (mode === 'blocked') print({ sessionId, args })
      await super.applyHistoryTransaction(args)
      await reach(`write ${++this.#writes}`)
    }
  }

  const session = new Watched(store, { sessionId })
  const result = await runMode(store, session, mode, (city) => reach(`tool ${city}`))
  print({ sessionId, result })
}

await Promise.all(jobs.map((job) => work(JSON.parse(job))))
await store.close()
