import { execute, type Operation, query, type SqlValue, type Statement, statement } from '../operation.ts'
import { freeFork } from './free-fork.ts'

/** What purging an agent removed. */
export interface Purged {
  agents: number
  revisions: number
  snapshots: number
  transitions: number
  sessions: number
  events: number
  /** Tasks that were assigned to the agent, and are assigned to nobody now. */
  tasksReleased: number
}

/** What one write of a purge removed, and the step that the next one begins with. */
export interface PurgeStep {
  removed: Partial<Purged>
  next: number
}

/** Rows removed in one write, so that other writers get in between. */
const REMOVED_AT_ONCE = 200

// Whoever revives the agent in between must not rest on a version that is gone already.
const BURY = statement(
  `UPDATE agent_states SET deleted_at = coalesce(deleted_at, updated_at), recorded_version = NULL
   WHERE namespace = ? AND agent_id = ? AND (deleted_at IS NULL OR recorded_version IS NOT NULL)`,
)

const remove = (table: string, key: string, where: string) =>
  statement<{ one: number }>(
    `DELETE FROM ${table} WHERE namespace = ? AND ${key} IN (
       SELECT ${key} FROM ${table} WHERE namespace = ? AND ${where} LIMIT ${REMOVED_AT_ONCE}
     ) RETURNING 1 AS one`,
  )

const EVENTS_OF_SESSIONS = remove(
  'events',
  'id',
  'session_id IN (SELECT id FROM sessions WHERE namespace = ? AND agent_id = ?)',
)
const EVENTS_OF_ACTOR = remove('events', 'id', `actor_id = ? AND actor_type = 'agent'`)
const SESSIONS = remove('sessions', 'id', 'agent_id = ?')
const TRANSITIONS = remove('state_transitions', 'id', 'agent_id = ?')
const SNAPSHOTS = remove('state_snapshots', 'id', 'agent_id = ?')
const REVISIONS = statement<{ one: number }>(
  `DELETE FROM agent_revisions WHERE namespace = ? AND agent_id = ? AND version IN (
     SELECT version FROM agent_revisions WHERE namespace = ? AND agent_id = ? ORDER BY version DESC LIMIT ${REMOVED_AT_ONCE}
   ) RETURNING 1 AS one`,
)
const TASKS = statement<{ one: number }>(
  `UPDATE tasks SET assigned_to = NULL WHERE namespace = ? AND id IN (
     SELECT id FROM tasks WHERE namespace = ? AND assigned_to = ? LIMIT ${REMOVED_AT_ONCE}
   ) RETURNING 1 AS one`,
)
const AGENT = statement<{ one: number }>(
  'DELETE FROM agent_states WHERE namespace = ? AND agent_id = ? RETURNING 1 AS one',
)

/**
 * Removes some of what there is of an agent, and tells what; nothing is left when it says undefined. The events of its
 * sessions come before the sessions that they are found by, and the agent itself last, so that an erasure that was cut
 * short can be called for again. Forks of the agent stay: they are first made to rest on themselves.
 *
 * What is left of a step is less than one write takes when the next one is told: whoever goes on to write events as this
 * agent would else give it ever more to do.
 */
export function* purgeAgent(namespace: string, agentId: string, from = 0): Operation<PurgeStep | undefined> {
  yield* execute(BURY, [namespace, agentId])
  if (yield* freeFork(namespace, agentId)) return { removed: {}, next: from }
  const [ns, id] = [namespace, agentId]
  const steps: [keyof Purged, Statement<{ one: number }>, SqlValue[]][] = [
    ['events', EVENTS_OF_SESSIONS, [ns, ns, ns, id]],
    ['events', EVENTS_OF_ACTOR, [ns, ns, id]],
    ['sessions', SESSIONS, [ns, ns, id]],
    ['tasksReleased', TASKS, [ns, ns, id]],
    ['transitions', TRANSITIONS, [ns, ns, id]],
    ['snapshots', SNAPSHOTS, [ns, ns, id]],
    ['revisions', REVISIONS, [ns, id, ns, id]],
    ['agents', AGENT, [ns, id]],
  ]
  for (const [step, [removes, removal, params]] of steps.entries()) {
    const removed = step < from ? [] : yield* query(removal, params)
    if (removed.length === 0) continue
    return { removed: { [removes]: removed.length }, next: removed.length < REMOVED_AT_ONCE ? step + 1 : step }
  }
  return undefined
}
