// Runs an agent in a process of its own, and stays at a moment of the run, if it is named one:
//   run.mts <url> <sessionId> <whole | turns | asks | yes | blocked> [moment]
import { DescartesSession } from '@descartes/openai-agents'
import { openStateStore } from '@descartes/sdk'
import { type SessionHistoryTransactionArgs, setTracingDisabled } from '@openai/agents'
import { type Mode, runMode } from './modes.ts'

const [url = '', sessionId, mode, moment] = process.argv.slice(2)
setTracingDisabled(true)

async function reach(here: string): Promise<void> {
  if (here !== moment) return
  console.log(here)
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
    if (mode === 'blocked') console.log(JSON.stringify(args))
    await super.applyHistoryTransaction(args)
    await reach(`write ${++this.#writes}`)
  }
}

const store = await openStateStore({ url })
const session = new Watched(store, { sessionId })
console.log(await runMode(store, session, mode as Mode, (city) => reach(`tool ${city}`)))
await store.close()
