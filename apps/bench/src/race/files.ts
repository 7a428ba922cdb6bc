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
  /** The same tables and rows as somebody has them who does not run our store: no triggers, no full-text index, fewer indexes. */
  plain: string
}

export async function createTemplates(folder: string, events: number): Promise<Templates> {
  const templates = { ours: path.join(folder, 'ours.db'), plain: path.join(folder, 'plain.db') }
  const store = await openStateStore({ url: pathToFileURL(templates.ours).href, durability: 'normal' })
  for (const step of [0, 1]) await Promise.all(seededAgents(step).map((input) => store.saveAgentState(input)))
  for (let from = 0; from < events; from += 500) {
    const numbers = Array.from({ length: Math.min(500, events - from) }, (_, i) => from + i)
    await store.saveEvents(numbers.map((n) => eventInput(n, `seeded-${n % 50}`)))
  }
  await store.close()
  await fs.copyFile(templates.ours, templates.plain)
  makePlain(templates.plain)
  return templates
}

function makePlain(file: string): void {
  const database = new Database(file)
  const named = (type: string) =>
    database.prepare(`SELECT name FROM sqlite_schema WHERE type = ? AND sql IS NOT NULL`).pluck().all(type) as string[]
  for (const trigger of named('trigger')) database.exec(`DROP TRIGGER "${trigger}"`)
  for (const index of named('index').filter((name) => /^events_/.test(name) && !/session/.test(name)))
    database.exec(`DROP INDEX "${index}"`)
  database.exec('DROP TABLE events_fts; DELETE FROM agent_revisions; VACUUM')
  database.close()
}
