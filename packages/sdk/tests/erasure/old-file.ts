import Database from 'better-sqlite3'
import { SQLITE_MIGRATIONS } from '../../../store/src/migrations/embedded.ts'
import { migrate } from '../../../store/src/migrations/migrate.ts'
import { Connection } from '../../../store/src/sqlite/connection.ts'
import { GUEST, OTHERS, speechOf } from './lives.ts'
import type { Secrets } from './secrets.ts'

/** How many migrations there were before there were revisions. */
const OLD = 4
const STEPS = 150

/**
 * A file as the version before revisions left it: made without `secure_delete` and without a way to give pages back, and
 * full of what was overwritten and deleted.
 */
export function makeOldFile(file: string, secrets: Secrets, random: (below: number) => number): void {
  const database = new Database(file)
  database.pragma('journal_mode = WAL')
  migrate(new Connection(database), SQLITE_MIGRATIONS.slice(0, OLD), `file:${file}`)
  const save = database.prepare(
    `INSERT INTO agent_states (agent_id, name, status, metadata, state_data) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET name = excluded.name, status = excluded.status, metadata = excluded.metadata,
       state_data = excluded.state_data, version = version + 1`,
  )
  const snapshot = database.prepare(
    `INSERT INTO state_snapshots (id, agent_id, agent_version, description, state_data)
     SELECT ?, agent_id, version, ?, state_data FROM agent_states WHERE agent_id = ?`,
  )
  const transition = database.prepare(
    'INSERT INTO state_transitions (id, agent_id, state_before, state_after, reason) VALUES (?, ?, ?, ?, ?)',
  )
  const session = database.prepare('INSERT INTO sessions (id, agent_id, metadata) VALUES (?, ?, ?)')
  const event = database.prepare(
    `INSERT INTO events (id, event_type, session_id, actor_type, actor_id, content) VALUES (?, ?, 'shared', 'agent', ?, ?)`,
  )
  const removals = [
    database.prepare('DELETE FROM events WHERE rowid = (SELECT rowid FROM events ORDER BY random() LIMIT 1)'),
    database.prepare('DELETE FROM state_snapshots WHERE rowid = (SELECT min(rowid) FROM state_snapshots)'),
  ]
  for (let step = 0; step < STEPS; step++) {
    const agentId = random(2) === 0 ? GUEST : (OTHERS[random(OTHERS.length)] as string)
    const { word, noise } = speechOf(agentId === GUEST ? secrets : undefined, random)
    const id = `${step} ${word()}`
    const states = () => JSON.stringify({ [word()]: word(), text: noise([30, 500, 7000][random(3)] as number) })
    const steps = [
      () => save.run(agentId, word(), word(), JSON.stringify({ [word()]: word() }), states()),
      () => save.run(agentId, word(), word(), null, states()),
      () => snapshot.run(id, word(), agentId),
      () => transition.run(id, agentId, word(), word(), word()),
      () => session.run(id, agentId, JSON.stringify(word())),
      () => event.run(id, word(), agentId, noise(200)),
      () => removals[random(removals.length)]?.run(),
    ]
    steps[random(steps.length)]?.()
  }
  database.close()
}
