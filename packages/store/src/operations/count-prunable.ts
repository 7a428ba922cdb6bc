import { type Operation, queryFirst, statement } from '../operation.ts'
import { STORED_BYTES } from './list-revisions.ts'
import { PRUNABLE, type PruneRule, prunableParams } from './prune-rule.ts'

export interface Prunable {
  revisions: number
  /** Bytes of their data. */
  bytes: number
}

const COUNT = statement<Prunable>(
  `SELECT count(*) AS revisions, coalesce(sum(${STORED_BYTES}), 0) AS bytes
   FROM agent_revisions r WHERE r.namespace = ? AND r.agent_id = ? AND ${PRUNABLE}`,
)

/** Counts what pruning an agent would remove. */
export function* countPrunable(namespace: string, agentId: string, rule: PruneRule): Operation<Prunable> {
  const params = yield* prunableParams(namespace, agentId, rule)
  if (params === undefined) return { revisions: 0, bytes: 0 }
  return (yield* queryFirst(COUNT, [namespace, agentId, ...params])) as Prunable
}
