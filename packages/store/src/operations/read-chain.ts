import { CorruptDataError } from '../errors.ts'
import { type Operation, queryFirst, statement } from '../operation.ts'
import { rebuildRevision } from '../revisions/rebuild-revision.ts'
import { packRow } from '../revisions/row-data.ts'
import type { RevisionKind } from './insert-revision.ts'

/** What the text of a version must be. */
interface Text {
  size: number
  checksum: number | null
}

/** Where an agent's part of a chain begins: whole, or resting on a version of the agent that it was forked from. */
interface Start {
  version: number
  kind: RevisionKind
  baseAgentId: string | null
  baseVersion: number | null
}

const TEXT = statement<Text>(
  'SELECT size, checksum FROM agent_revisions WHERE namespace = ? AND agent_id = ? AND version = ?',
)

// A delta rests on the version before it that is there, so a chain is a range of versions.
const START = statement<Start>(
  `SELECT version, kind, base_agent_id AS "baseAgentId", base_version AS "baseVersion" FROM agent_revisions
   WHERE namespace = ? AND agent_id = ? AND version <= ? AND (kind <> 'delta' OR base_agent_id IS NOT NULL)
   ORDER BY version DESC LIMIT 1`,
)

// All in one row: 1,000 rows on their way into JavaScript cost 3 ms, and this 1. They come in the order of the key, by
// which they are found; the checksum would tell if not.
const LINKS = statement<{ lengths: string; data: Buffer }>(
  `SELECT json_group_array(length(data)) AS lengths, CAST(group_concat(data, '') AS BLOB) AS data
   FROM agent_revisions WHERE namespace = ? AND agent_id = ? AND version >= ? AND version <= ?`,
)

/** The text of a version, rebuilt from the keyframe and the deltas that it rests on; undefined when there is no such version. */
export function* readChain(namespace: string, agentId: string, version: number): Operation<Buffer | undefined> {
  const text = yield* queryFirst(TEXT, [namespace, agentId, version])
  if (text === undefined) return undefined
  const chain = yield* readLinks(namespace, agentId, version)
  // Only what is from before there were revisions has no checksum, and that is whole.
  if (text.checksum === null) return chain.links[0] as Buffer
  if (chain.isPlain) chain.links[0] = packPlain(chain.links[0] as Buffer)
  return rebuildRevision(chain.links, text.checksum, text.size)
}

/** The data of the versions that one rests on, and its own, oldest first; the first may be a plain text. */
function* readLinks(
  namespace: string,
  agentId: string,
  version: number,
): Operation<{ links: Buffer[]; isPlain: boolean }> {
  const start = yield* queryFirst(START, [namespace, agentId, version])
  if (start === undefined)
    throw new CorruptDataError('agent_revisions.data', `a revision that version ${version} rests on is missing`)
  const row = yield* queryFirst(LINKS, [namespace, agentId, start.version, version])
  const links = row === undefined ? [] : split(row.data, JSON.parse(row.lengths) as number[])
  const { baseAgentId, baseVersion } = start
  if (baseAgentId === null || baseVersion === null) return { links, isPlain: start.kind === 'plain' }
  const below = yield* readLinks(namespace, baseAgentId, baseVersion)
  return { links: [...below.links, ...links], isPlain: below.isPlain }
}

function split(data: Buffer, lengths: readonly number[]): Buffer[] {
  let end = 0
  return lengths.map((length) => {
    end += length
    return data.subarray(end - length, end)
  })
}

/** A text as the data of a keyframe that is not compressed. */
export function packPlain(text: Buffer): Buffer {
  return packRow('keyframe', text.length, false, (target, at) => void text.copy(target, at))
}
