import { type Operation, queryFirst, statement } from '../operation.ts'

interface Moment {
  version: number
  createdAt: string
  /** When the next version was made, if that one was pruned. */
  replacedAt: string | null
}

const AT_OR_BELOW = statement<Moment>(
  `SELECT version, created_at AS "createdAt", replaced_at AS "replacedAt" FROM agent_revisions WHERE namespace = ? AND agent_id = ? AND version <= ? ORDER BY version DESC LIMIT 1`,
)

const ABOVE = statement<{ version: number }>(
  'SELECT version FROM agent_revisions WHERE namespace = ? AND agent_id = ? AND version > ? ORDER BY version LIMIT 1',
)

/**
 * The version that an agent was at, at a moment; undefined when it was not there yet, or the history no longer tells.
 * Within an agent time never goes back, so that a binary search over the versions finds it without an index by time.
 */
export function* findVersionAt(namespace: string, agentId: string, moment: string): Operation<number | undefined> {
  const found = yield* findBefore(namespace, agentId, moment)
  if (found === undefined || found.createdAt === moment) return found?.version
  if (found.replacedAt !== null) return moment < found.replacedAt ? found.version : undefined
  // Of versions that are missing for another reason nobody knows when they were made.
  const next = yield* queryFirst(ABOVE, [namespace, agentId, found.version])
  return next === undefined || next.version === found.version + 1 ? found.version : undefined
}

/** The newest version that is left of those made at a moment or before. */
function* findBefore(namespace: string, agentId: string, moment: string): Operation<Moment | undefined> {
  let found: Moment | undefined
  let newest = yield* queryFirst(AT_OR_BELOW, [namespace, agentId, Number.MAX_SAFE_INTEGER])
  let [low, high] = [1, newest?.version ?? 0]
  while (low <= high) {
    newest = yield* queryFirst(AT_OR_BELOW, [namespace, agentId, Math.floor((low + high) / 2)])
    if (newest === undefined || newest.version < low) low = Math.floor((low + high) / 2) + 1
    else if (newest.createdAt <= moment) {
      found = newest
      low = Math.floor((low + high) / 2) + 1
    } else high = newest.version - 1
  }
  return found
}
