import { type Operation, queryFirst, statement } from '../operation.ts'
import { parseAgentText } from '../revisions/agent-text.ts'
import { MOST_CHAIN, ROW } from '../revisions/encode-revision.ts'
import type { AgentRow } from './agent-row.ts'
import { type Head, readHead, stateOf } from './head.ts'
import { readBackwards } from './read-backwards.ts'
import {
  CHAIN_ROWS,
  type ChainRows,
  POSTGRESQL_CHAIN_ROWS,
  readText,
  STORED_TEXT,
  type StoredText,
} from './read-chain.ts'

/** A chain of so many bytes is read with its version: a statement costs as much as several rows. */
const SHORT_CHAIN = 8192

/** An agent's head, without what each version has of its own, and one of its versions. */
type Found = Pick<AgentRow, 'createdAt' | 'deletedAt' | 'parentAgentId' | 'parentVersion'> &
  StoredText &
  ChainRows & {
    /** Null when there is no such agent, and yet a row. */
    newest: number | null
    /** The version that the history holds the newest as; null when it does not. */
    recorded: number | null
    /** The version that the chain of that one begins with. */
    recordedStart: number | null
    newestBytes: number
    /** Null when the history does not hold the version. */
    status: string | null
    schemaVersion: number | null
    savedAt: string
    isShort: number
  }

// One row: all but the rows of the chain are one of each.
const find = (
  data: string,
  joinChain: string,
) => `SELECT a.created_at AS "createdAt", a.deleted_at AS "deletedAt", a.parent_agent_id AS "parentAgentId", a.parent_version AS "parentVersion", a.version AS newest, a.recorded_version AS recorded, a.chain_start AS "recordedStart", octet_length(a.state_data) AS "newestBytes",
     r.status, r.schema_version AS "schemaVersion", r.created_at AS "savedAt", r.chain_bytes <= ${SHORT_CHAIN} AS "isShort", ${STORED_TEXT}, ${data}
   FROM agent_states a
   LEFT JOIN agent_revisions r ON r.namespace = a.namespace AND r.agent_id = a.agent_id AND r.version = ?
   ${joinChain}
   WHERE a.namespace = ? AND a.agent_id = ?`
const CHAIN = `c.namespace = r.namespace AND c.agent_id = r.agent_id AND c.version >= r.chain_start AND c.version <= r.version AND r.chain_bytes <= ${SHORT_CHAIN}`
const FIND = statement<Found>(find(CHAIN_ROWS, `LEFT JOIN agent_revisions c ON ${CHAIN}`), {
  postgresql: find(
    'c.*',
    `LEFT JOIN LATERAL (SELECT ${POSTGRESQL_CHAIN_ROWS} FROM agent_revisions c WHERE ${CHAIN}) c ON true`,
  ),
})

/** An agent as it was at a version, also of one that was deleted since; undefined when the history does not hold it. */
export function* loadRevision(namespace: string, agentId: string, version: number): Operation<AgentRow | undefined> {
  const found = yield* queryFirst(FIND, [version, namespace, agentId])
  if (found === undefined) return undefined
  const { newest, recorded, status, schemaVersion, savedAt } = found
  if (recorded === version) return yield* loadHead(namespace, agentId)
  // What was written past the store, as through Prisma, is in the head alone.
  if (status === null) return newest === version ? yield* loadHead(namespace, agentId) : undefined
  const { name, metadata, stateData } = parseAgentText(yield* readNearer(namespace, agentId, version, found))
  const { createdAt, deletedAt, parentAgentId, parentVersion } = found
  return {
    agentId,
    name,
    status,
    metadata,
    version,
    createdAt,
    updatedAt: savedAt,
    deletedAt,
    schemaVersion,
    parentAgentId,
    parentVersion,
    stateData,
  }
}

/** The text of a version, read from the newest one if that is nearer, and not much longer. */
function* readNearer(namespace: string, agentId: string, version: number, found: Found): Operation<Buffer> {
  const { recorded, recordedStart, newestBytes, chainStart, checksum, size } = found
  if (found.isShort) return yield* readText(namespace, agentId, version, found, found)
  // No row between two of one chain is whole.
  if (recorded !== null && recordedStart === chainStart && checksum !== null) {
    const rows = recorded - version
    if (rows < version - chainStart && newestBytes + ROW * rows <= MOST_CHAIN * size) {
      const text = yield* readBackwards(namespace, agentId, recorded, version, { checksum, size })
      if (text !== undefined) return text
    }
  }
  return yield* readText(namespace, agentId, version, found)
}

/** An agent's newest version, also of one that was deleted. */
export function* loadHead(namespace: string, agentId: string): Operation<AgentRow> {
  const head = (yield* readHead(namespace, agentId)) as Head
  return { ...head, stateData: stateOf(head) }
}
