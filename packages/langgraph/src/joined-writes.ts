import { InvalidInputError } from '@descartes/sdk'
import type { StoredWrite } from './stored-writes.ts'

type Save = (writes: readonly StoredWrite[]) => Promise<void>

interface Waiting {
  writes: readonly StoredWrite[]
  resolve: () => void
  reject: (error: unknown) => void
}

/**
 * The tasks of a step write side by side to what is one agent, which would refuse all but one of them each time. What
 * comes while a save of the agent is under way waits, and all of it goes with the next.
 */
export class JoinedWrites {
  /** What waits, of each agent that is being saved. */
  readonly #waiting = new Map<string, Waiting[]>()

  /** Resolves when the writes are saved, alone or with others'. */
  async save(agentId: string, writes: readonly StoredWrite[], save: Save): Promise<void> {
    const waiting = this.#waiting.get(agentId)
    if (waiting !== undefined) return new Promise((resolve, reject) => void waiting.push({ writes, resolve, reject }))
    this.#waiting.set(agentId, [])
    try {
      await save(writes)
    } finally {
      void this.#saveWaiting(agentId, save)
    }
  }

  async #saveWaiting(agentId: string, save: Save): Promise<void> {
    for (;;) {
      const waiting = this.#waiting.get(agentId) as Waiting[]
      if (waiting.length === 0) return void this.#waiting.delete(agentId)
      this.#waiting.set(agentId, [])
      await saveTogether(waiting, save)
    }
  }
}

async function saveTogether(waiting: readonly Waiting[], save: Save): Promise<void> {
  try {
    await save(waiting.flatMap(({ writes }) => writes))
    for (const { resolve } of waiting) resolve()
  } catch (error) {
    if (error instanceof InvalidInputError && waiting.length > 1) {
      // What one of them holds cannot be kept: the others are not to blame. By halves, it is found in few saves.
      const half = Math.ceil(waiting.length / 2)
      await saveTogether(waiting.slice(0, half), save)
      await saveTogether(waiting.slice(half), save)
    } else for (const { reject } of waiting) reject(error)
  }
}
