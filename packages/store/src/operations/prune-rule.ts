import { type Operation, queryFirst, type SqlValue, statement } from '../operation.ts'
import { END_OF_TIME } from '../timestamp.ts'

/** Which versions of an agent may go: those that every rule given lets go. Without a rule, none. */
export interface PruneRule {
  /** Keep the newest so many versions. */
  keepLast: number | undefined
  /** Only versions from before this moment may go. */
  olderThan: string | undefined
  /** Keep every version that is a multiple of this. */
  keepEvery: number | undefined
}

/** The condition under which a revision `r` may go: the rules, and that no snapshot pins it and no fork was made of it. */
export const PRUNABLE = `r.version <= ? AND r.created_at < ? AND r.version % ? <> 0
  AND NOT EXISTS (SELECT 1 FROM state_snapshots s WHERE s.namespace = r.namespace AND s.agent_id = r.agent_id AND s.agent_version = r.version)
  AND NOT EXISTS (SELECT 1 FROM agent_states f WHERE f.namespace = r.namespace AND f.parent_agent_id = r.agent_id AND f.parent_version = r.version)
  AND NOT EXISTS (SELECT 1 FROM agent_revisions f WHERE f.namespace = r.namespace AND f.base_agent_id = r.agent_id AND f.base_version = r.version)`

const NEWEST_BEYOND = statement<{ version: number }>(
  'SELECT version FROM agent_revisions WHERE namespace = ? AND agent_id = ? ORDER BY version DESC LIMIT 1 OFFSET ?',
)

/** What PRUNABLE is bound to for an agent; undefined when nothing may go. The newest version never may. */
export function* prunableParams(
  namespace: string,
  agentId: string,
  rule: PruneRule,
  upTo = Number.MAX_SAFE_INTEGER,
): Operation<SqlValue[] | undefined> {
  const newest = yield* newestPrunable(namespace, agentId, rule)
  const { olderThan = END_OF_TIME, keepEvery = Number.MAX_SAFE_INTEGER } = rule
  return newest === undefined ? undefined : [Math.min(newest, upTo), olderThan, keepEvery]
}

/** The newest version that is not among those that stay for being the newest; undefined when nothing may go. */
export function* newestPrunable(
  namespace: string,
  agentId: string,
  { keepLast, olderThan, keepEvery }: PruneRule,
): Operation<number | undefined> {
  if (keepLast === undefined && olderThan === undefined && keepEvery === undefined) return undefined
  return (yield* queryFirst(NEWEST_BEYOND, [namespace, agentId, Math.max(1, keepLast ?? 1)]))?.version
}
