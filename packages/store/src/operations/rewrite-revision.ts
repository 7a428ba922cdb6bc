import { execute, type Operation, statement } from '../operation.ts'
import type { EncodedRevision } from '../revisions/encode-revision.ts'

const REWRITE = statement(
  `UPDATE agent_revisions SET kind = ?, base_version = ?, base_agent_id = NULL, chain_bytes = ?, checksum = ?, reverse_delta = ?, data = ?
   WHERE namespace = ? AND agent_id = ? AND version = ?`,
)

/** Stores a version's text in another way: against a version of the same agent that stays, or whole. */
export function* rewriteRevision(
  namespace: string,
  agentId: string,
  version: number,
  { kind, chainBytes, checksum, reverse, data }: EncodedRevision,
  base: { version: number } | undefined,
): Operation<void> {
  const baseVersion = kind === 'delta' && base !== undefined ? base.version : null
  yield* execute(REWRITE, [kind, baseVersion, chainBytes, checksum, reverse, data, namespace, agentId, version])
}
