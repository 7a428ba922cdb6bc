import { type Operation, query, statement } from '../operation.ts'
import { parseAgentText } from '../revisions/agent-text.ts'
import { rebuildFrom } from '../revisions/rebuild-revision.ts'
import type { RevisionKind } from './insert-revision.ts'
import { readChain } from './read-chain.ts'

/** What was seen in a version. */
export interface Seen<T> {
  version: number
  createdAt: string
  seen: T
}

interface Row {
  version: number
  kind: RevisionKind
  createdAt: string
  baseVersion: number | null
  baseAgentId: string | null
  checksum: number | null
  size: number
  data: Buffer
}

const ROWS = statement<Row>(
  `SELECT version, kind, created_at AS "createdAt", base_version AS "baseVersion", base_agent_id AS "baseAgentId", checksum, size, data
   FROM agent_revisions WHERE namespace = ? AND agent_id = ? AND version > 0 AND version <= ? ORDER BY version DESC LIMIT ?`,
)

/** Looks at the states of an agent's versions, newest first, from `newest` down and at most `limit` of them. */
export function* scanRevisions<T>(
  namespace: string,
  agentId: string,
  { newest, limit }: { newest: number; limit: number },
  look: (stateData: string) => T,
): Operation<Seen<T>[]> {
  const rows = yield* query(ROWS, [namespace, agentId, newest, limit])
  const seen: Seen<T>[] = []
  let before: { row: Row; text: Buffer; seen: T } | undefined
  for (const row of rows.reverse()) {
    const { version, createdAt } = row
    const rests = before !== undefined && restsOn(row, before.row.version)
    if (before === undefined || !rests || !hasTextOf(row, before.row)) {
      const text =
        rests && before ? next(before.text, row) : ((yield* readChain(namespace, agentId, version)) as Buffer)
      before = { row, text, seen: look(parseAgentText(text).stateData) }
    } else before = { ...before, row }
    seen.push({ version, createdAt, seen: before.seen })
  }
  return seen.reverse()
}

const restsOn = ({ kind, baseVersion, baseAgentId }: Row, version: number) =>
  kind === 'delta' && baseAgentId === null && baseVersion === version

/** A status update makes a version of the same text. */
const hasTextOf = (row: Row, before: Row) => row.checksum === before.checksum && row.size === before.size

/** The text of the version after `text`: one step instead of the whole chain. */
function next(text: Buffer, { data, checksum, size }: Row): Buffer {
  return rebuildFrom(text, [data], checksum as number, size)
}
