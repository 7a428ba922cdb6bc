import { CorruptDataError } from '../errors.ts'
import { type Operation, queryFirst, type Statement, statement } from '../operation.ts'
import { rebuildFrom, rebuildRevision } from '../revisions/rebuild-revision.ts'
import type { RevisionKind } from './insert-revision.ts'

/** What is known of the text of a version before it is read. */
export interface StoredText {
  size: number
  /** Null for what is from before there were revisions, and is stored whole. */
  checksum: number | null
  /** The version that its chain begins with, within the agent. */
  chainStart: number
  /** What that version is; null when it is missing. */
  startKind: RevisionKind | null
  /** What that version rests on, when the agent was forked from another. */
  baseAgentId: string | null
  baseVersion: number | null
}

/** Data of several rows, joined. */
export interface JoinedData {
  /** A JSON array of the length of each. */
  lengths: string
  data: Buffer
}

/** The columns of `StoredText`, of a revision `r` and of what its chain begins with, `s`. */
export const STORED_TEXT = `r.size, r.checksum, r.chain_start AS "chainStart", s.kind AS "startKind", s.base_agent_id AS "baseAgentId", s.base_version AS "baseVersion"`
export const JOIN_START =
  'LEFT JOIN agent_revisions s ON s.namespace = r.namespace AND s.agent_id = r.agent_id AND s.version = r.chain_start'
// All in one row: 1,000 rows on their way into JavaScript cost 3 ms, and this half of one. They come in the order of the
// key, by which they are found; the checksum would tell if not.
export const joinedData = (column: string) =>
  `json_group_array(length(${column})) AS lengths, CAST(group_concat(${column}, '') AS BLOB) AS data`
export const postgresqlData = (column: string) =>
  `coalesce(json_agg(length(${column}) ORDER BY version), '[]') AS lengths, string_agg(coalesce(${column}, ''), '' ORDER BY version) AS data`

const FIND = statement<StoredText>(
  `SELECT ${STORED_TEXT} FROM agent_revisions r ${JOIN_START} WHERE r.namespace = ? AND r.agent_id = ? AND r.version = ?`,
)
// A delta rests on the version before it that is there, so a chain is a range of versions.
const LINKS = joinData('data', 'WHERE namespace = ? AND agent_id = ? AND version >= ? AND version <= ?')

/** The statement that joins a column of the revisions that a condition finds. */
export function joinData(column: string, where: string): Statement<JoinedData> {
  const select = (data: string) => `SELECT ${data} FROM agent_revisions ${where}`
  return statement(select(joinedData(column)), { postgresql: select(postgresqlData(column)) })
}

/** The text of a version, rebuilt from the keyframe and the deltas that it rests on; undefined when there is no such version. */
export function* readChain(namespace: string, agentId: string, version: number): Operation<Buffer | undefined> {
  const stored = yield* queryFirst(FIND, [namespace, agentId, version])
  return stored && (yield* readText(namespace, agentId, version, stored))
}

/** The text of a version that was found; `rows` are those of its chain within the agent, if they were read with it. */
export function* readText(
  namespace: string,
  agentId: string,
  version: number,
  stored: StoredText,
  rows?: JoinedData,
): Operation<Buffer> {
  const { links, isPlain } = yield* readLinks(namespace, agentId, version, stored, rows)
  if (stored.checksum === null) return links.at(-1) as Buffer
  const { checksum, size } = stored
  return isPlain
    ? rebuildFrom(links[0] as Buffer, links.slice(1), checksum, size)
    : rebuildRevision(links, checksum, size)
}

/** The data of the versions that one rests on, and its own, oldest first; the first may be a plain text. */
function* readLinks(
  namespace: string,
  agentId: string,
  version: number,
  stored: StoredText | undefined,
  rows?: JoinedData,
): Operation<{ links: Buffer[]; isPlain: boolean }> {
  if (stored === undefined || !hasStart(stored, version))
    throw new CorruptDataError('agent_revisions.data', `a revision that version ${version} rests on is missing`)
  const { chainStart, baseAgentId, baseVersion, startKind } = stored
  const found = rows ?? (yield* queryFirst(LINKS, [namespace, agentId, chainStart, version]))
  const links = splitData(found as JoinedData)
  if (baseAgentId === null || baseVersion === null) return { links, isPlain: startKind === 'plain' }
  const base = yield* queryFirst(FIND, [namespace, baseAgentId, baseVersion])
  const below = yield* readLinks(namespace, baseAgentId, baseVersion, base)
  return { links: [...below.links, ...links], isPlain: below.isPlain }
}

/** A chain begins with a version that is stored whole, or that rests on another agent's. */
const hasStart = ({ chainStart, startKind, baseAgentId }: StoredText, version: number) =>
  chainStart <= version && startKind !== null && (startKind !== 'delta' || baseAgentId !== null)

/** The data of each row. */
export function splitData({ lengths, data }: JoinedData): Buffer[] {
  let end = 0
  return (JSON.parse(lengths) as number[]).map((length) => {
    end += length
    return data.subarray(end - length, end)
  })
}
