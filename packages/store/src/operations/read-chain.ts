import { CorruptDataError } from '../errors.ts'
import { type Operation, queryFirst, statement } from '../operation.ts'
import { rebuildRevision } from '../revisions/rebuild-revision.ts'
import { packRow } from '../revisions/row-data.ts'
import type { RevisionKind } from './insert-revision.ts'

/** What is known of the text of a version before it is read. */
export interface StoredText {
  size: number
  /** Null for what is from before there were revisions, and is stored whole. */
  checksum: number | null
  /** The version that its chain begins with; null when that is missing. */
  chainStart: number | null
}

/** The part of a chain that an agent has, and where it begins: whole, or resting on a version of another agent. */
interface Links {
  lengths: string
  data: Buffer
  version: number
  kind: RevisionKind
  baseAgentId: string | null
  baseVersion: number | null
}

/**
 * The columns of `StoredText` of a revision `r`. A delta rests on the version before it that is there, so a chain is a
 * range of versions.
 */
export const STORED_TEXT = `r.size, r.checksum, (
    SELECT max(s.version) FROM agent_revisions s
    WHERE s.namespace = r.namespace AND s.agent_id = r.agent_id AND s.version <= r.version AND (s.kind <> 'delta' OR s.base_agent_id IS NOT NULL)
  ) AS "chainStart"`

const FIND = statement<StoredText>(
  `SELECT ${STORED_TEXT} FROM agent_revisions r WHERE r.namespace = ? AND r.agent_id = ? AND r.version = ?`,
)

// All in one row: 1,000 rows on their way into JavaScript cost 3 ms, and this 1. They come in the order of the key, by
// which they are found; the checksum would tell if not. Beside min(), columns are those of the row that has the minimum
// (https://sqlite.org/lang_select.html#bareagg).
const LINKS = statement<Links>(
  `SELECT json_group_array(length(data)) AS lengths, CAST(group_concat(data, '') AS BLOB) AS data,
     min(version) AS version, kind, base_agent_id AS "baseAgentId", base_version AS "baseVersion"
   FROM agent_revisions WHERE namespace = ? AND agent_id = ? AND version >= ? AND version <= ?`,
)

/** The text of a version, rebuilt from the keyframe and the deltas that it rests on; undefined when there is no such version. */
export function* readChain(namespace: string, agentId: string, version: number): Operation<Buffer | undefined> {
  const stored = yield* queryFirst(FIND, [namespace, agentId, version])
  return stored && (yield* readText(namespace, agentId, version, stored))
}

/** The text of a version that was found. */
export function* readText(
  namespace: string,
  agentId: string,
  version: number,
  { size, checksum, chainStart }: StoredText,
): Operation<Buffer> {
  const { links, isPlain } = yield* readLinks(namespace, agentId, version, chainStart)
  if (checksum === null) return links[0] as Buffer
  if (isPlain) links[0] = packPlain(links[0] as Buffer)
  return rebuildRevision(links, checksum, size)
}

/** The data of the versions that one rests on, and its own, oldest first; the first may be a plain text. */
function* readLinks(
  namespace: string,
  agentId: string,
  version: number,
  chainStart: number | null | undefined,
): Operation<{ links: Buffer[]; isPlain: boolean }> {
  if (chainStart === null || chainStart === undefined)
    throw new CorruptDataError('agent_revisions.data', `a revision that version ${version} rests on is missing`)
  const row = (yield* queryFirst(LINKS, [namespace, agentId, chainStart, version])) as Links
  const links = split(row.data, JSON.parse(row.lengths) as number[])
  const { kind, baseAgentId, baseVersion } = row
  if (baseAgentId === null || baseVersion === null) return { links, isPlain: kind === 'plain' }
  const base = yield* queryFirst(FIND, [namespace, baseAgentId, baseVersion])
  const below = yield* readLinks(namespace, baseAgentId, baseVersion, base?.chainStart)
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
