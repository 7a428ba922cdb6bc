import { CorruptDataError } from '../errors.ts'
import { execute, type Operation, queryFirst, statement } from '../operation.ts'
import { encodeRevision } from '../revisions/encode-revision.ts'
import { readChain } from './read-chain.ts'
import { type ChainedVersion, rewriteRevision } from './rewrite-revision.ts'

const FORK = statement<ChainedVersion & { agentId: string }>(
  `SELECT agent_id AS "agentId", version, chain_start AS "chainStart" FROM agent_revisions WHERE namespace = ? AND base_agent_id = ? LIMIT 1`,
)
const CUT = statement(
  'UPDATE agent_revisions SET base_version = NULL, base_agent_id = NULL WHERE namespace = ? AND agent_id = ? AND version = ?',
)

/** Writes the first version of one fork of an agent whole, so that it no longer rests on it; false when there is none left. */
export function* freeFork(namespace: string, agentId: string): Operation<boolean> {
  const fork = yield* queryFirst(FORK, [namespace, agentId])
  if (fork === undefined) return false
  try {
    const text = (yield* readChain(namespace, fork.agentId, fork.version)) as Buffer
    yield* rewriteRevision(namespace, fork.agentId, fork, encodeRevision(text, undefined), undefined)
  } catch (error) {
    // What cannot be read any more is lost already, and must not keep an agent from being erased.
    if (!(error instanceof CorruptDataError)) throw error
    yield* execute(CUT, [namespace, fork.agentId, fork.version])
  }
  return true
}
