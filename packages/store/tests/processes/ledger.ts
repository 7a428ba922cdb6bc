import Database from 'better-sqlite3'

/** What a database that lived through kills must hold, given all that its writers were told is durable. */
export function findLosses(file: string, acknowledged: readonly string[]): string[] {
  // As any application would open it: this recovers the log that the dead left.
  const database = new Database(file, { fileMustExist: true })
  try {
    return [...missing(database, acknowledged), ...halves(database), ...damage(database)]
  } finally {
    database.close()
  }
}

function missing(database: Database.Database, acknowledged: readonly string[]): string[] {
  const events = database.prepare<[string], number>('SELECT count(*) FROM events WHERE session_id = ?').pluck()
  const transition = database.prepare<[string], number>('SELECT count(*) FROM state_transitions WHERE id = ?').pluck()
  const task = database.prepare<[string], number>('SELECT count(*) FROM tasks WHERE id = ?').pluck()
  return acknowledged.filter((line) => {
    const [kind, id] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]
    if (kind === 'events') return events.get(id) !== 3
    if (kind === 'status') return transition.get(id) !== 1
    return events.get(id) !== 1 || task.get(id) !== 1
  })
}

const HALVES = {
  'events of one call, saved in part': `SELECT session_id FROM events WHERE session_id NOT LIKE '%transaction%' GROUP BY session_id HAVING count(*) <> 3`,
  'a change of status without its transition, or the reverse': `SELECT agent_id FROM agent_states a
    WHERE version - 1 <> (SELECT count(*) FROM state_transitions t WHERE t.agent_id = a.agent_id)
       OR status <> coalesce((SELECT state_after FROM state_transitions t WHERE t.agent_id = a.agent_id ORDER BY seq DESC LIMIT 1), 'status 0')`,
  'a transaction without its event': `SELECT id FROM tasks WHERE id NOT IN (SELECT id FROM events)`,
  'a transaction without its task': `SELECT id FROM events WHERE id LIKE '%transaction%' AND id NOT IN (SELECT id FROM tasks)`,
  'an event without a number, or two with one': `SELECT seq FROM events GROUP BY seq HAVING count(*) > 1 OR seq = 0`,
} as const

function halves(database: Database.Database): string[] {
  return Object.entries(HALVES).flatMap(([what, sql]) =>
    database
      .prepare<[], string>(sql)
      .pluck()
      .all()
      .map((id) => `${what}: ${id}`),
  )
}

/** Damage to the file, or words that the full-text index lacks. */
export function damage(database: Database.Database): string[] {
  const integrity = database.pragma('integrity_check', { simple: true }) as string
  const found = integrity === 'ok' ? [] : [integrity]
  try {
    database.exec(`INSERT INTO events_fts(events_fts, rank) VALUES ('integrity-check', 1)`)
  } catch (error) {
    found.push(`full-text index: ${(error as Error).message}`)
  }
  return found
}
