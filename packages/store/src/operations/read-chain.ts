import { CorruptDataError } from '../errors.ts'
import { type Operation, query, statement } from '../operation.ts'
import { rebuildRevision } from '../revisions/rebuild-revision.ts'
import { packRow } from '../revisions/row-data.ts'
import type { RevisionKind } from './insert-revision.ts'

interface Link {
  kind: RevisionKind
  size: number
  checksum: number | null
  data: Buffer
}

// From the version asked for down to the whole one that it rests on, which may be another agent's: that of a fork's parent.
const CHAIN = statement<Link & { depth: number }>(
  `WITH RECURSIVE chain (depth, kind, size, checksum, data, base_agent_id, base_version) AS (
     SELECT 0, kind, size, checksum, data, coalesce(base_agent_id, agent_id), base_version
     FROM agent_revisions WHERE namespace = ? AND agent_id = ? AND version = ?
     UNION ALL
     SELECT c.depth + 1, r.kind, r.size, r.checksum, r.data, coalesce(r.base_agent_id, r.agent_id), r.base_version
     FROM chain c JOIN agent_revisions r ON r.namespace = ? AND r.agent_id = c.base_agent_id AND r.version = c.base_version
   )
   SELECT depth, kind, size, checksum, data FROM chain`,
)

/** The text of a version, rebuilt from the keyframe and the deltas that it rests on; undefined when there is no such version. */
export function* readChain(namespace: string, agentId: string, version: number): Operation<Buffer | undefined> {
  const links = yield* query(CHAIN, [namespace, agentId, version, namespace])
  const newest = links[0]
  if (newest === undefined) return undefined
  const keyframe = links.at(-1) as Link
  if (keyframe.kind === 'delta')
    throw new CorruptDataError('agent_revisions.data', `a revision that version ${version} rests on is missing`)
  if (newest.checksum === null) return newest.data
  const chain = links.map(({ kind, data }) => (kind === 'plain' ? packPlain(data) : data)).reverse()
  return rebuildRevision(chain, newest.checksum, newest.size)
}

/** A text as the data of a keyframe that is not compressed. */
export function packPlain(text: Buffer): Buffer {
  return packRow('keyframe', text.length, false, (target, at) => void text.copy(target, at))
}
