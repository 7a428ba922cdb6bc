import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createDatabase } from '../../store/tests/postgresql/database.ts'

/** A kind of database that the tests of a package for a framework are run on. */
export interface Backend {
  readonly name: string
  create(): Promise<{ url: string; drop(): Promise<void> }>
}

export const SQLITE: Backend = {
  name: 'SQLite',
  async create() {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'descartes-backend-'))
    return { url: `file:${path.join(folder, 'state.db')}`, drop: () => fs.rm(folder, { recursive: true }) }
  },
}

export const POSTGRESQL: Backend = { name: 'PostgreSQL', create: () => createDatabase() }
