import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { type OpenEngineOptions, openEngine } from '../src/open-engine.ts'
import type { SqliteEngine } from '../src/sqlite/sqlite-engine.ts'

/** An empty folder, removed when the test has finished. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'descartes-store-'))
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Where a database may be made; it is removed when the test has finished. */
export function temporaryFile(): string {
  return path.join(temporaryFolder(), 'state.db')
}

/** An open engine, on a file of its own unless one is named; closed when the test has finished. */
export async function openTemporary({
  file = temporaryFile(),
  ...options
}: { file?: string } & Partial<OpenEngineOptions> = {}): Promise<SqliteEngine> {
  const engine = (await openEngine({ url: `file:${file}`, ...options })) as SqliteEngine
  onTestFinished(() => engine.close())
  return engine
}
