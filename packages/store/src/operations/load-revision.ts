import { type Operation, queryFirst, statement } from '../operation.ts'
import { parseAgentText } from '../revisions/agent-text.ts'
import type { AgentRow } from './agent-row.ts'
import { type Head, readHead, stateOf } from './head.ts'
import { readText, STORED_TEXT, type StoredText } from './read-chain.ts'

/** An agent's head, without what each version has of its own, and one of its versions. */
type Found = Pick<AgentRow, 'createdAt' | 'deletedAt' | 'parentAgentId' | 'parentVersion'> &
  StoredText & {
    newest: number
    /** The version that the history holds the newest as; null when it does not. */
    recorded: number | null
    /** Null when the history does not hold the version. */
    status: string | null
    schemaVersion: number | null
    savedAt: string
  }

const FIND = statement<Found>(
  `SELECT a.created_at AS "createdAt", a.deleted_at AS "deletedAt", a.parent_agent_id AS "parentAgentId", a.parent_version AS "parentVersion", a.version AS newest, a.recorded_version AS recorded,
     r.status, r.schema_version AS "schemaVersion", r.created_at AS "savedAt", ${STORED_TEXT}
   FROM agent_states a LEFT JOIN agent_revisions r ON r.namespace = a.namespace AND r.agent_id = a.agent_id AND r.version = ?
   WHERE a.namespace = ? AND a.agent_id = ?`,
)

/** An agent as it was at a version, also of one that was deleted since; undefined when the history does not hold it. */
export function* loadRevision(namespace: string, agentId: string, version: number): Operation<AgentRow | undefined> {
  const found = yield* queryFirst(FIND, [version, namespace, agentId])
  if (found === undefined) return undefined
  const { newest, recorded, status, schemaVersion, savedAt } = found
  if (recorded === version) return yield* loadHead(namespace, agentId)
  // What was written past the store, as through Prisma, is in the head alone.
  if (status === null) return newest === version ? yield* loadHead(namespace, agentId) : undefined
  const { name, metadata, stateData } = parseAgentText(yield* readText(namespace, agentId, version, found))
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

/** An agent's newest version, also of one that was deleted. */
export function* loadHead(namespace: string, agentId: string): Operation<AgentRow> {
  const head = (yield* readHead(namespace, agentId)) as Head
  return { ...head, stateData: stateOf(head) }
}
