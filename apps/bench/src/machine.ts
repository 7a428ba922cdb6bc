import { createRequire } from 'node:module'
import os from 'node:os'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'

/** What the figures were measured on, and of what. */
export function describeMachine() {
  const require = createRequire(import.meta.url)
  const version = (name: string) => (require(`${name}/package.json`) as { version: string }).version
  const database = new Database(':memory:')
  const sqlite = database.prepare('SELECT sqlite_version()').pluck().get() as string
  database.close()
  return {
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    load: os.loadavg().map((load) => Math.round(load * 100) / 100),
    node: process.versions.node,
    sqlite,
    betterSqlite3: version('better-sqlite3'),
    prisma: version('@prisma/client'),
    /** `dist` is what is published; from source, tsx adds work of its own. */
    measured: fileURLToPath(import.meta.resolve('@descartes/sdk')).includes(`${'dist'}`) ? 'dist' : 'source',
  }
}
