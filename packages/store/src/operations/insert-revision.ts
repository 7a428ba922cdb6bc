import { execute, type Operation, statement } from '../operation.ts'

export type RevisionKind = 'keyframe' | 'delta' | 'plain'

/** A row of an agent's history. */
export interface NewRevision {
  agentId: string
  version: number
  kind: RevisionKind
  status: string
  /** Bytes of the version's text: name, metadata and state. */
  size: number
  createdAt: string
  baseVersion: number | null
  baseAgentId: string | null
  chainBytes: number
  checksum: number
  schemaVersion: number | null
  data: Buffer
}

const INSERT = statement(
  `INSERT INTO agent_revisions (namespace, agent_id, version, kind, status, size, created_at, base_version, base_agent_id, chain_bytes, checksum, schema_version, data)
   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
)

/** Adds a version to an agent's history. */
export function* insertRevision(namespace: string, row: NewRevision): Operation<void> {
  const { agentId, version, kind, status, size, createdAt, baseVersion, baseAgentId } = row
  const { chainBytes, checksum, schemaVersion, data } = row
  const key = [namespace, agentId, version, kind, status, size, createdAt, baseVersion, baseAgentId]
  yield* execute(INSERT, [...key, chainBytes, checksum, schemaVersion, data])
}
