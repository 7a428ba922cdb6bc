import fs from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { openStateStore } from '@descartes/sdk'
import Database from 'better-sqlite3'
import { eventInput } from '../data/content.ts'
import { seededAgents } from '../data/kept-seed.ts'

/** Seeded databases, closed, to be copied. */
export interface Templates {
  /** Our schema, with its triggers and its full-text index. */
  ours: string
  /**
   * The same tables and rows as somebody has them who does not run our store: no trigger, and no index but those of the
   * primary keys and of a session's events.
   */
  plain: string
  /** The same with a full-text index over the events. */
  searched: string
}

export async function createTemplates(folder: string, events: number): Promise<Templates> {
  const templates = {
    ours: path.join(folder, 'ours.db'),
    plain: path.join(folder, 'plain.db'),
    searched: path.join(folder, 'searched.db'),
  }
  const store = await openStateStore({ url: pathToFileURL(templates.ours).href, durability: 'normal' })
  for (const step of [0, 1]) await Promise.all(seededAgents(step).map((input) => store.saveAgentState(input)))
  for (let from = 0; from < events; from += 500) {
    const numbers = Array.from({ length: Math.min(500, events - from) }, (_, i) => from + i)
    await store.saveEvents(numbers.map((n) => eventInput(n, `seeded-${n % 50}`)))
  }
  await store.close()
  for (const file of [templates.plain, templates.searched]) {
    await fs.copyFile(templates.ours, file)
    makePlain(file, file === templates.searched)
  }
  return templates
}

function makePlain(file: string, isSearched: boolean): void {
  const database = new Database(file)
  const named = (type: string) =>
    database.prepare('SELECT name FROM sqlite_schema WHERE type = ? AND sql IS NOT NULL').pluck().all(type) as string[]
  const kept = isSearched ? /^events_(fts_|seq_|namespace_session)/ : /^events_namespace_session/
  for (const trigger of named('trigger').filter((name) => !kept.test(name))) database.exec(`DROP TRIGGER "${trigger}"`)
  for (const index of named('index').filter((name) => !kept.test(name))) database.exec(`DROP INDEX "${index}"`)
  if (!isSearched) database.exec('DROP TABLE events_fts')
  database.exec('DELETE FROM agent_revisions; VACUUM')
  database.close()
}
