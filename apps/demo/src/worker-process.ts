import { fork } from 'node:child_process'
import type { Assignment, Report } from './messages.ts'

export interface WorkerProcess {
  readonly pid: number
  /** Sends SIGKILL. */
  readonly kill: () => void
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** Starts a worker as a process of its own. It gets an answer to a report once `onReport` resolves. */
export function startWorker(assignment: Assignment, onReport: (report: Report) => Promise<void>): WorkerProcess {
  const program = new URL('./worker-main.ts', import.meta.url)
  const child = fork(program, [JSON.stringify(assignment)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.on('exit', (code, signal) => resolve({ code, signal }))
    child.on('error', reject)
    child.on('message', (report: Report) => {
      // A process that has been sent SIGKILL takes no answer any more.
      onReport(report).then(() => child.connected && !child.killed && child.send('go on'), reject)
    })
  })
  return { pid: child.pid ?? 0, kill: () => void child.kill('SIGKILL'), ended }
}
