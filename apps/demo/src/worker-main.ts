// The program of a worker process: started by worker-process.ts, talks over Node's IPC channel.
import { once } from 'node:events'
import { openStateStore } from '@descartes/sdk'
import type { Assignment, Report } from './messages.ts'
import { work } from './worker.ts'
import { NAMESPACE, type WorkerState } from './worker-state.ts'

const { agentId, root, url } = JSON.parse(process.argv[2] as string) as Assignment

// Ctrl+C reaches this process, too: its coordinator says what becomes of it.
process.on('SIGINT', () => {})

// Without its coordinator, a worker has nobody to work for.
process.on('disconnect', () => process.exit(1))
if (!process.connected) process.exit(1)

async function report(message: Report): Promise<void> {
  const answer = once(process, 'message')
  process.send?.(message)
  await answer
}

const store = await openStateStore<WorkerState>({ url, namespace: NAMESPACE })
try {
  await work(store, agentId, root, report)
} catch (error) {
  console.error(`${agentId}: ${(error as Error).message}`)
  process.exitCode = 1
} finally {
  await store.close()
  process.removeAllListeners('disconnect')
  process.disconnect()
}
