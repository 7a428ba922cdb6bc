import { execute, type Operation, query, queryFirst, statement } from '../operation.ts'
import type { EncodedRevision } from '../revisions/encode-revision.ts'
import { STORED_BYTES } from './list-revisions.ts'

/** A version, and the one that its chain begins with. */
export interface ChainedVersion {
  version: number
  chainStart: number
}

const REWRITE = statement(
  `UPDATE agent_revisions SET kind = ?, base_version = ?, base_agent_id = NULL, chain_bytes = ?, chain_start = ?, checksum = ?, reverse_delta = ?, data = ?
   WHERE namespace = ? AND agent_id = ? AND version = ?`,
)
const NEXT_CHAIN = statement<{ version: number }>(
  'SELECT version FROM agent_revisions WHERE namespace = ? AND agent_id = ? AND version > ? AND chain_start <> ? ORDER BY version LIMIT 1',
)
const MOVE = statement<{ bytes: number }>(
  `UPDATE agent_revisions SET chain_start = ? WHERE namespace = ? AND agent_id = ? AND version > ? AND version < ? RETURNING ${STORED_BYTES} AS bytes`,
)
const MOVE_HEAD = statement('UPDATE agent_states SET chain_start = ? WHERE namespace = ? AND agent_id = ?')

/**
 * Stores a version's text in another way: against a version of the same agent that stays, or whole. If its chain begins
 * elsewhere then, so do those of the versions that rest on it. Tells the bytes of these, which were written anew.
 */
export function* rewriteRevision(
  namespace: string,
  agentId: string,
  { version, chainStart: before }: ChainedVersion,
  { kind, chainBytes, checksum, reverse, data }: EncodedRevision,
  base: ChainedVersion | undefined,
): Operation<number> {
  const rest = kind === 'delta' ? base : undefined
  const chainStart = rest?.chainStart ?? version
  const stored = [kind, rest?.version ?? null, chainBytes, chainStart, checksum, reverse, data]
  yield* execute(REWRITE, [...stored, namespace, agentId, version])
  return chainStart === before ? 0 : yield* moveChain(namespace, agentId, version, before, chainStart)
}

/** Sets where a chain begins in its versions above one, and in the head, if that is one of them. */
function* moveChain(
  namespace: string,
  agentId: string,
  above: number,
  before: number,
  chainStart: number,
): Operation<number> {
  const next = yield* queryFirst(NEXT_CHAIN, [namespace, agentId, above, before])
  const end = next?.version ?? Number.MAX_SAFE_INTEGER
  const moved = yield* query(MOVE, [chainStart, namespace, agentId, above, end])
  if (next === undefined) yield* execute(MOVE_HEAD, [chainStart, namespace, agentId])
  return moved.reduce((sum, { bytes }) => sum + bytes, 0)
}
