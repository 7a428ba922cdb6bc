import { execute, type Operation, query, queryFirst, statement } from '../operation.ts'
import { encodeRevision } from '../revisions/encode-revision.ts'
import { findAgent } from './agent-row.ts'
import type { Prunable } from './count-prunable.ts'
import { STORED_BYTES } from './list-revisions.ts'
import { PRUNABLE, type PruneRule, prunableParams } from './prune-rule.ts'
import { readChain } from './read-chain.ts'
import { type ChainedVersion, rewriteRevision } from './rewrite-revision.ts'

/** A write removes so many revisions, or rewrites so many bytes of those that stay, and then others get in between. */
const REMOVED_AT_ONCE = 200
const REWRITTEN_AT_ONCE = 256 * 1024

interface Survivor extends ChainedVersion {
  baseVersion: number | null
  baseAgentId: string | null
  chainBytes: number
  size: number
}

const SURVIVOR = `r.version, r.base_version AS "baseVersion", r.base_agent_id AS "baseAgentId", r.chain_bytes AS "chainBytes", r.chain_start AS "chainStart", r.size`

const FIRST = statement<{ version: number }>(
  `SELECT r.version FROM agent_revisions r WHERE r.namespace = ? AND r.agent_id = ? AND r.version > ? AND ${PRUNABLE} ORDER BY r.version LIMIT 1`,
)
const START_OF_BATCH = statement<{ version: number }>(
  `SELECT version FROM agent_revisions WHERE namespace = ? AND agent_id = ? AND version >= ? AND version < ? ORDER BY version DESC LIMIT 1 OFFSET ${REMOVED_AT_ONCE - 1}`,
)
const BELOW = statement<Survivor>(
  `SELECT ${SURVIVOR} FROM agent_revisions r WHERE r.namespace = ? AND r.agent_id = ? AND r.version < ? ORDER BY r.version DESC LIMIT 1`,
)
const SURVIVOR_ABOVE = statement<Survivor>(
  `SELECT ${SURVIVOR} FROM agent_revisions r WHERE r.namespace = ? AND r.agent_id = ? AND r.version > ? AND NOT (${PRUNABLE}) ORDER BY r.version LIMIT 1`,
)
const REPLACED = statement(
  `UPDATE agent_revisions SET replaced_at = coalesce(replaced_at, (SELECT f.created_at FROM agent_revisions f WHERE f.namespace = ? AND f.agent_id = ? AND f.version = ?))
   WHERE namespace = ? AND agent_id = ? AND version = ?`,
)
const REMOVE = statement<{ bytes: number }>(
  `DELETE FROM agent_revisions WHERE namespace = ? AND agent_id = ? AND version >= ? AND version < ? RETURNING ${STORED_BYTES} AS bytes`,
)

/**
 * Removes some of the oldest versions of an agent that the rule lets go, and tells how many; none is left when it says 0.
 * Nothing above `upTo` goes: else writers that go on could give a prune ever more to do.
 */
export function* pruneRevisions(
  namespace: string,
  agentId: string,
  rule: PruneRule,
  upTo?: number,
): Operation<Prunable> {
  // Whoever pins a version or forks from it takes turns with this.
  yield* findAgent(namespace, agentId)
  const pruned: Prunable = { revisions: 0, bytes: 0 }
  const params = yield* prunableParams(namespace, agentId, rule, upTo)
  let after = Number.MIN_SAFE_INTEGER
  for (let rewritten = 0; params !== undefined && rewritten < REWRITTEN_AT_ONCE; ) {
    const first = yield* queryFirst(FIRST, [namespace, agentId, after, ...params])
    if (first === undefined || pruned.revisions >= REMOVED_AT_ONCE) break
    const above = (yield* queryFirst(SURVIVOR_ABOVE, [namespace, agentId, first.version, ...params])) as Survivor
    const removed = yield* emptyGap(namespace, agentId, first.version, above)
    pruned.revisions += removed.revisions
    pruned.bytes += removed.bytes
    rewritten += above.size + removed.moved
    after = above.version
  }
  return pruned
}

/**
 * Empties a gap from its newer end. The version above it is first written anew, against the one before the part that
 * goes, or whole: so every version that is there rests on the one before it, and can be read, whatever comes next.
 */
function* emptyGap(
  namespace: string,
  agentId: string,
  first: number,
  above: Survivor,
): Operation<Prunable & { moved: number }> {
  const start = yield* queryFirst(START_OF_BATCH, [namespace, agentId, first, above.version])
  const from = start?.version ?? first
  const below = yield* queryFirst(BELOW, [namespace, agentId, from])
  const moved = restsInside(above, from) ? yield* rebase(namespace, agentId, below, above) : 0
  // Until when a version was the newest is told by the next one, which goes.
  if (below !== undefined) yield* execute(REPLACED, [namespace, agentId, from, namespace, agentId, below.version])
  const removed = yield* query(REMOVE, [namespace, agentId, from, above.version])
  return { revisions: removed.length, bytes: removed.reduce((sum, { bytes }) => sum + bytes, 0), moved }
}

const restsInside = ({ baseVersion, baseAgentId }: Survivor, from: number) =>
  baseAgentId === null && baseVersion !== null && baseVersion >= from

function* rebase(namespace: string, agentId: string, below: Survivor | undefined, above: Survivor): Operation<number> {
  const text = (yield* readChain(namespace, agentId, above.version)) as Buffer
  const base = below && {
    text: (yield* readChain(namespace, agentId, below.version)) as Buffer,
    chainBytes: below.chainBytes,
  }
  const delta = encodeRevision(text, base)
  // Later versions rest on this one, and say how long their chains are: it must not become longer for them.
  const rebased = delta.chainBytes <= above.chainBytes ? delta : encodeRevision(text, undefined)
  return yield* rewriteRevision(namespace, agentId, above, rebased, below)
}
