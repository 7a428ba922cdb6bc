import { CorruptDataError } from '../errors.ts'
import { type Operation, queryFirst, type Statement, statement } from '../operation.ts'
import { rebuildFrom, rebuildRevision } from '../revisions/rebuild-revision.ts'

/** What is known of the text of a version before it is read. */
export interface StoredText {
  size: number
  /** Null for what is from before there were revisions, and is stored whole. */
  checksum: number | null
  /** The version that its chain begins with, within the agent. */
  chainStart: number
}

/** Data of several rows, joined. */
export interface JoinedData {
  /** A JSON array of the length of each. */
  lengths: string
  data: Buffer
}

/** The rows of a chain within one agent, and what the first of them is. */
export interface ChainRows extends JoinedData {
  /** Null when there are none. */
  first: number | null
  isPlain: number
  /** What it rests on, when the agent was forked from another. */
  baseAgentId: string | null
  baseVersion: number | null
}

/** The columns of `StoredText`, of a revision `r`. */
export const STORED_TEXT = 'r.size, r.checksum, r.chain_start AS "chainStart"'
// All in one row: 1,000 rows on their way into JavaScript cost 3 ms, and this half of one. They come in the order of the
// key, by which they are found; the checksum would tell if not.
export const joinedData = (column: string) =>
  `json_group_array(length(${column})) AS lengths, CAST(group_concat(${column}, '') AS BLOB) AS data`
/** The columns of `ChainRows`, of the rows `c`. Beside one min(), SQLite takes columns from the row that has it. */
export const CHAIN_ROWS = `${joinedData('c.data')}, min(c.version) AS first, c.kind = 'plain' AS "isPlain", c.base_agent_id AS "baseAgentId", c.base_version AS "baseVersion"`
export const postgresqlData = (column: string) =>
  `coalesce(json_agg(length(${column}) ORDER BY version), '[]') AS lengths, string_agg(coalesce(${column}, ''), '' ORDER BY version) AS data`
/** The same on PostgreSQL. */
export const POSTGRESQL_CHAIN_ROWS = `${postgresqlData('c.data')}, min(c.version) AS first, (array_agg(c.kind = 'plain' ORDER BY c.version))[1] AS "isPlain", (array_agg(c.base_agent_id ORDER BY c.version))[1] AS "baseAgentId", (array_agg(c.base_version ORDER BY c.version))[1] AS "baseVersion"`

const FIND = statement<StoredText>(
  `SELECT ${STORED_TEXT} FROM agent_revisions r WHERE r.namespace = ? AND r.agent_id = ? AND r.version = ?`,
)
// A delta rests on the version before it that is there, so a chain is a range of versions.
const OF_CHAIN = 'FROM agent_revisions c WHERE c.namespace = ? AND c.agent_id = ? AND c.version >= ? AND c.version <= ?'
const LINKS = statement<ChainRows>(`SELECT ${CHAIN_ROWS} ${OF_CHAIN}`, {
  postgresql: `SELECT ${POSTGRESQL_CHAIN_ROWS} ${OF_CHAIN}`,
})

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
  rows?: ChainRows,
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
  rows?: ChainRows,
): Operation<{ links: Buffer[]; isPlain: boolean }> {
  const found = rows ?? (stored && (yield* queryFirst(LINKS, [namespace, agentId, stored.chainStart, version])))
  // Data that rests on nothing is refused when it is read: it is no keyframe.
  if (stored === undefined || found === undefined || found.first !== stored.chainStart)
    throw new CorruptDataError('agent_revisions.data', `a revision that version ${version} rests on is missing`)
  const { isPlain, baseAgentId, baseVersion } = found
  const links = splitData(found)
  if (baseAgentId === null || baseVersion === null) return { links, isPlain: isPlain === 1 }
  const base = yield* queryFirst(FIND, [namespace, baseAgentId, baseVersion])
  const below = yield* readLinks(namespace, baseAgentId, baseVersion, base)
  return { links: [...below.links, ...links], isPlain: below.isPlain }
}

/** The data of each row. */
export function splitData({ lengths, data }: JoinedData): Buffer[] {
  let end = 0
  return (JSON.parse(lengths) as number[]).map((length) => {
    end += length
    return data.subarray(end - length, end)
  })
}
