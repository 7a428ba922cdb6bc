import { onTestFinished } from 'vitest'
import { startHolder } from './holder.ts'

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
  const { said, tell, stop } = await startHolder<{ ports: number[] }>('reliability-cluster-process.mjs', [kind])
  onTestFinished(stop)
  const urlOf = (hosts: readonly number[]) =>
    `postgresql://postgres:postgres@${hosts.map((port) => `127.0.0.1:${port}`).join(',')}/postgres`
  return {
    url: urlOf(said.ports),
    standbyUrl: urlOf(said.ports.slice(1)),
    tell,
  }
}
