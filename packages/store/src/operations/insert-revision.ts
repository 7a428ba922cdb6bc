import { execute, type Operation, statement } from '../operation.ts'
import type { EncodedRevision } from '../revisions/encode-revision.ts'

/** `plain`: whole, as it was before there were revisions. */
export type RevisionKind = 'keyframe' | 'delta' | 'plain'

/** The version that a delta rests on. */
export interface RevisionBase {
  agentId: string
  version: number
}

/** What a version is, besides its text. */
export interface Version {
  agentId: string
  version: number
  status: string
  createdAt: string
  schemaVersion: number | null
  /** The version that its chain begins with. */
  chainStart: number
  /** Bytes of its text: name, metadata and state. */
  size: number
}

const insert = (column: string, value: string) =>
  statement(
    `INSERT INTO agent_revisions (namespace, agent_id, version, kind, status, size, created_at, base_version, base_agent_id, chain_bytes, chain_start, checksum, schema_version, reverse_delta, data${column})
   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?${value})`,
    { leavesKept: true },
  )

const INSERT = insert('', '')
const INSERT_LABELLED = insert(', label', ', ?')
// No version that may be kept: that is a head.
const UNLABEL = statement(
  'UPDATE agent_revisions SET label = NULL WHERE namespace = ? AND agent_id = ? AND label = ?',
  {
    leavesKept: true,
  },
)

/**
 * Adds a version to an agent's history. `base` is what it was encoded against, if it was. A label that an earlier version
 * has moves to this one.
 */
export function* insertRevision(
  namespace: string,
  { agentId, version, status, createdAt, schemaVersion, size, chainStart }: Version,
  { kind, chainBytes, checksum, reverse, data }: EncodedRevision,
  base: RevisionBase | undefined,
  label?: string,
): Operation<void> {
  const rest = kind === 'delta' ? base : undefined
  const baseVersion = rest === undefined ? null : rest.version
  const baseAgentId = rest === undefined || rest.agentId === agentId ? null : rest.agentId
  const row = [
    namespace,
    agentId,
    version,
    kind,
    status,
    size,
    createdAt,
    baseVersion,
    baseAgentId,
    chainBytes,
    chainStart,
    checksum,
    schemaVersion,
    baseAgentId === null ? reverse : null,
    data,
  ]
  if (label === undefined) return yield* execute(INSERT, row)
  yield* execute(UNLABEL, [namespace, agentId, label])
  yield* execute(INSERT_LABELLED, [...row, label])
}
