import { randomUUID } from 'node:crypto'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { DescartesSession } from '@descartes/openai-agents'
import { openStateStore, type StateStore } from '@descartes/sdk'
import { type Fault, plant } from '../../sdk/tests/faulty-store.ts'
import { createDatabase } from '../../store/tests/postgresql/database.ts'

/** A kind of database that the tests are run on. */
export interface Backend {
  readonly name: string
  create(): Promise<{ url: string; drop(): Promise<void> }>
}

export const SQLITE: Backend = {
  name: 'SQLite',
  async create() {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'descartes-openai-'))
    return { url: `file:${path.join(folder, 'state.db')}`, drop: () => fs.rm(folder, { recursive: true }) }
  },
}

export const POSTGRESQL: Backend = { name: 'PostgreSQL', create: () => createDatabase() }

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
