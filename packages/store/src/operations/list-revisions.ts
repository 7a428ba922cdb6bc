import { type Operation, query, statement } from '../operation.ts'
import type { RevisionKind } from './insert-revision.ts'

/** A version of an agent without its data, as it is stored. */
export interface RevisionRow {
  version: number
  kind: RevisionKind
  status: string
  /** Bytes of name, metadata and state. */
  size: number
  /** Bytes that the revision takes: the whole, or what changed. */
  storedBytes: number
  schemaVersion: number | null
  createdAt: string
  /** The caller's own name for it. */
  label: string | null
}

export interface ListRevisions {
  agentId: string
  /** The version that the page starts below. */
  before: number
  limit: number
}

export const STORED_BYTES = 'length(data) + coalesce(length(reverse_delta), 0)'
export const REVISION = `version, kind, status, size, ${STORED_BYTES} AS "storedBytes", schema_version AS "schemaVersion", created_at AS "createdAt", label`

const LIST = statement<RevisionRow>(
  `SELECT ${REVISION} FROM agent_revisions WHERE namespace = ? AND agent_id = ? AND version > 0 AND version < ? ORDER BY version DESC LIMIT ?`,
)

/** Lists an agent's versions, newest first, without their data. */
export function* listRevisions(namespace: string, { agentId, before, limit }: ListRevisions): Operation<RevisionRow[]> {
  return yield* query(LIST, [namespace, agentId, before, limit])
}
