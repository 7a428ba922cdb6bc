import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryDatabase } from '../../../store/tests/postgresql/database.ts'

/** The kinds of database that a test of moves takes, each in a place that goes with the test. */
export const places = {
  SQLite: async () => `file:${path.join(temporaryFolder(), 'state.db')}`,
  PostgreSQL: () => temporaryDatabase({ migrated: false }),
}

export type Kind = keyof typeof places

export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'descartes-move-'))
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }))
  return folder
}
