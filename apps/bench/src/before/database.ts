import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { openEngine } from '@descartes/store'
import Database from 'better-sqlite3'

const MIGRATIONS = path.join(import.meta.dirname, '../../../../prisma/sqlite/migrations')
const OF_0_1 = [
  '20261123000000_agents',
  '20261123000100_events',
  '20261123000200_tasks_and_sessions',
  '20261123000300_event_search',
]

/** Makes a database with the tables of version 0.1, empty, that the engine of today opens as it is. */
export async function createDatabaseBefore(file: string): Promise<void> {
  const today = `${file}.today`
  await (await openEngine({ url: pathToFileURL(today).href })).close()
  const database = new Database(file)
  try {
    for (const name of OF_0_1) database.exec(fs.readFileSync(path.join(MIGRATIONS, name, 'migration.sql'), 'utf8'))
    database.prepare('ATTACH ? AS today').run(today)
    database.exec('CREATE TABLE _prisma_migrations AS SELECT * FROM today._prisma_migrations')
  } finally {
    database.close()
    fs.rmSync(today)
  }
}
