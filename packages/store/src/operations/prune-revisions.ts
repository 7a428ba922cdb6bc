import { execute, type Operation, query, queryFirst, statement } from '../operation.ts'
import { encodeRevision } from '../revisions/encode-revision.ts'
import type { Prunable } from './count-prunable.ts'
import { PRUNABLE, type PruneRule, prunableParams } from './prune-rule.ts'
import { readChain } from './read-chain.ts'

/** Revisions removed in one write, so that other writers get in between. */
const REMOVED_AT_ONCE = 200

interface Survivor {
  version: number
  baseVersion: number | null
  baseAgentId: string | null
  chainBytes: number
}

const SURVIVOR = `r.version, r.base_version AS "baseVersion", r.base_agent_id AS "baseAgentId", r.chain_bytes AS "chainBytes"`

const FIRST = statement<{ version: number }>(
  `SELECT r.version FROM agent_revisions r WHERE r.namespace = ? AND r.agent_id = ? AND ${PRUNABLE} ORDER BY r.version LIMIT 1`,
)
const SURVIVOR_BELOW = statement<Survivor>(
  `SELECT ${SURVIVOR} FROM agent_revisions r WHERE r.namespace = ? AND r.agent_id = ? AND r.version < ? ORDER BY r.version DESC LIMIT 1`,
)
const SURVIVOR_ABOVE = statement<Survivor>(
  `SELECT ${SURVIVOR} FROM agent_revisions r WHERE r.namespace = ? AND r.agent_id = ? AND r.version > ? AND NOT (${PRUNABLE}) ORDER BY r.version LIMIT 1`,
)
const REBASE = statement(
  `UPDATE agent_revisions SET kind = ?, base_version = ?, base_agent_id = NULL, chain_bytes = ?, checksum = ?, data = ?
   WHERE namespace = ? AND agent_id = ? AND version = ?`,
)
const REMOVE = statement<{ bytes: number }>(
  `DELETE FROM agent_revisions WHERE namespace = ? AND agent_id = ? AND version IN (
     SELECT version FROM agent_revisions WHERE namespace = ? AND agent_id = ? AND version > ? AND version < ? ORDER BY version DESC LIMIT ${REMOVED_AT_ONCE}
   ) RETURNING length(data) AS bytes`,
)

const NONE: Prunable = { revisions: 0, bytes: 0 }

/**
 * Removes some of the oldest versions of an agent that the rule lets go, and tells how many; none is left when it says 0.
 * The version after the gap is first written anew against the one before it, or whole, so that every version that is
 * there can be read at any time: the gap is emptied from its newer end.
 */
export function* pruneRevisions(namespace: string, agentId: string, rule: PruneRule): Operation<Prunable> {
  const params = yield* prunableParams(namespace, agentId, rule)
  if (params === undefined) return NONE
  const first = yield* queryFirst(FIRST, [namespace, agentId, ...params])
  if (first === undefined) return NONE
  const below = yield* queryFirst(SURVIVOR_BELOW, [namespace, agentId, first.version])
  const above = (yield* queryFirst(SURVIVOR_ABOVE, [namespace, agentId, first.version, ...params])) as Survivor
  if (restsInside(above, first.version)) yield* rebase(namespace, agentId, below, above)
  const gap = [namespace, agentId, below?.version ?? Number.MIN_SAFE_INTEGER, above.version]
  const removed = yield* query(REMOVE, [namespace, agentId, ...gap])
  return { revisions: removed.length, bytes: removed.reduce((sum, { bytes }) => sum + bytes, 0) }
}

const restsInside = ({ baseVersion, baseAgentId }: Survivor, from: number) =>
  baseAgentId === null && baseVersion !== null && baseVersion >= from

function* rebase(namespace: string, agentId: string, below: Survivor | undefined, above: Survivor): Operation<void> {
  const text = (yield* readChain(namespace, agentId, above.version)) as Buffer
  const base = below && {
    text: (yield* readChain(namespace, agentId, below.version)) as Buffer,
    chainBytes: below.chainBytes,
  }
  const delta = encodeRevision(text, base)
  // Later versions rest on this one, and say how long their chains are: it must not become longer for them.
  const { kind, data, chainBytes, checksum } =
    delta.chainBytes <= above.chainBytes ? delta : encodeRevision(text, undefined)
  const baseVersion = kind === 'delta' && below !== undefined ? below.version : null
  yield* execute(REBASE, [kind, baseVersion, chainBytes, checksum, data, namespace, agentId, above.version])
}
