import { randomUUID } from 'node:crypto'
import { DescartesSession } from '@descartes/openai-agents'
import { openStateStore, type StateStore } from '@descartes/sdk'
import type { Backend } from '../../sdk/tests/backends.ts'
import { type Fault, plant } from '../../sdk/tests/faulty-store.ts'

/** A database for the tests of a file. */
export class Sessions {
  readonly #database: ReturnType<Backend['create']>
  readonly #store: Promise<StateStore>

  /** The store is a sound one, but for a fault, if one is planted. */
  constructor(backend: Backend, fault: Fault = () => ({})) {
    this.#database = backend.create()
    this.#store = this.#database.then(async ({ url }) =>
      plant(await openStateStore({ url, durability: 'normal' }), fault),
    )
  }

  /** The store of all of them, and a session that is not there yet. */
  async place(): Promise<{ store: StateStore; url: string; sessionId: string; agentId: string }> {
    const store = await this.#store
    const { url } = await this.#database
    const sessionId = randomUUID()
    return { store, url, sessionId, agentId: new DescartesSession(store, { sessionId }).agentId }
  }

  async session(sessionId?: string): Promise<DescartesSession> {
    return new DescartesSession(await this.#store, { sessionId })
  }

  async close(): Promise<void> {
    await (await this.#store).close()
    await (await this.#database).drop()
  }
}
