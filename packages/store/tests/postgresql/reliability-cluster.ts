import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import readline from 'node:readline'
import { onTestFinished } from 'vitest'

/** A primary and its standby. */
export interface Cluster {
  /** Names both servers, the primary first. */
  readonly url: string
  /** Of the standby alone. */
  readonly standbyUrl: string
  tell(command: Command): Promise<void>
}

/** What can be done to them; the process that holds them says how. */
type Command = 'kill' | 'return' | 'killStandby' | 'promote' | 'cut' | 'catchUp' | 'pause'

/** Starts both; ended when the running test has finished. A synchronous standby confirms each COMMIT. */
export async function startCluster(kind: 'synchronous' | 'asynchronous'): Promise<Cluster> {
  const holder = spawn(process.execPath, [path.join(import.meta.dirname, 'reliability-cluster-process.mjs'), kind], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  onTestFinished(async () => {
    if (holder.exitCode !== null) return
    const exited = once(holder, 'exit')
    holder.stdin.end()
    await exited
  })
  const answers = readline.createInterface({ input: holder.stdout })[Symbol.asyncIterator]()
  const answer = async (): Promise<{ ports: number[] }> => {
    const { value } = await answers.next()
    const message = value === undefined ? { error: 'it ended without a word' } : JSON.parse(value)
    if (message.error !== undefined) throw new Error(`the cluster for tests: ${message.error}`)
    return message
  }
  const { ports } = await answer()
  const urlOf = (hosts: readonly number[]) =>
    `postgresql://postgres:postgres@${hosts.map((port) => `127.0.0.1:${port}`).join(',')}/postgres`
  return {
    url: urlOf(ports),
    standbyUrl: urlOf(ports.slice(1)),
    async tell(command) {
      holder.stdin.write(`${command}\n`)
      await answer()
    },
  }
}
