import type { StateStore } from '@descartes/sdk'
import type { Document } from './documents.ts'
import { type Kill, recordLoss, whereToKill } from './kill.ts'
import type { Report } from './messages.ts'
import type { Progress } from './progress.ts'
import { startWorker, type WorkerProcess } from './worker-process.ts'
import { eventId, type WorkerState } from './worker-state.ts'

export interface Run {
  store: StateStore<WorkerState>
  url: string
  /** The folder that the documents' paths are relative to. */
  root: string
  documents: readonly Document[]
  agents: readonly string[]
  progress: Progress
}

/** One task for each document. They wait in the store; whoever is free takes the next one. */
export async function createTasks(store: StateStore<WorkerState>, documents: readonly Document[]): Promise<void> {
  const inputs = documents.map(({ path, sha256, sections }) => ({
    id: path,
    title: `Read ${path}`,
    metadata: { sha256, sections: sections.length },
  }))
  await Promise.all(inputs.map((input) => store.saveTask(input)))
}

/** Runs the workers to their end. On the way, kills the one that reads the longest document, and starts its successor. */
export async function coordinate({ store, url, root, documents, agents, progress }: Run): Promise<Kill> {
  const running = new Map<string, WorkerProcess>()
  const target = whereToKill(documents)
  const start = barrier(agents.length)
  let kill: Kill | undefined
  let killedAt = 0

  const onReport = async (agentId: string, { pid, kill: end }: WorkerProcess, report: Report): Promise<void> => {
    if (report.kind === 'ready' && kill?.agentId !== agentId) await start()
    if (report.kind === 'ready' && kill?.agentId === agentId) {
      if (report.position !== kill.storedPosition)
        throw new Error(`${agentId} goes on at another position than the stored one`)
      kill = { ...kill, successorPid: pid, downMs: performance.now() - killedAt }
      progress.note(agentId, `goes on as process ${pid}`)
    }
    if (report.kind !== 'section') return
    progress.section(agentId, report)
    if (kill !== undefined || eventId(report.path, report.section) !== target) return
    // It waits for an answer, so it is at this very place. What it gets is no signal that it could handle.
    const { path, section, sections } = report
    kill = {
      agentId,
      path,
      section,
      sections,
      killedPid: pid,
      signal: '',
      storedPosition: 0,
      successorPid: 0,
      downMs: 0,
    }
    killedAt = performance.now()
    end()
  }

  const runAgent = async (agentId: string): Promise<void> => {
    const worker = startWorker({ agentId, root, url }, (report) => onReport(agentId, worker, report))
    running.set(agentId, worker)
    const { code, signal } = await worker.ended
    running.delete(agentId)
    if (code === 0) return
    const isKilled = kill?.killedPid === worker.pid && signal === 'SIGKILL'
    if (kill === undefined || !isKilled)
      throw new Error(`${agentId}, process ${worker.pid}, ended with ${signal ?? `exit code ${code}`}`)
    progress.note(agentId, `is killed in ${kill.path}, at section ${kill.section} of ${kill.sections}`)
    const storedPosition = await recordLoss(store, agentId, worker.pid, signal as string)
    kill = { ...kill, signal: signal as string, storedPosition }
    await runAgent(agentId)
  }

  try {
    await Promise.all(agents.map(runAgent))
  } finally {
    for (const worker of running.values()) worker.kill()
  }
  if (kill === undefined) throw new Error(`no worker came to ${target}, where one was to be killed`)
  return kill
}

/** Lets nobody through before `count` have come: else the first worker up would have read a small folder alone. */
function barrier(count: number): () => Promise<void> {
  let missing = count
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return () => {
    missing -= 1
    if (missing === 0) open()
    return opened
  }
}
