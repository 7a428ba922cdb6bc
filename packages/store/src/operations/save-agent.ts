import { AgentDeletedError, VersionConflictError } from '../errors.ts'
import { type Operation, queryFirst, statement } from '../operation.ts'
import { fromTimestamp, timestampNow } from '../timestamp.ts'
import { findAgent } from './agent-row.ts'

export interface SaveAgent {
  agentId: string
  name: string
  status: string
  /** JSON text; null clears what is stored, undefined leaves it. */
  metadata: string | null | undefined
  stateData: string
  /** Compare-and-set: save only over this version (0: only if there is no such agent). */
  expectedVersion: number | undefined
  /** Bring a deleted agent back. */
  revive: boolean
}

export interface SavedAgent {
  version: number
  createdAt: string
  updatedAt: string
  metadata: string | number | null
}

const SAVED = `version, created_at AS "createdAt", updated_at AS "updatedAt", metadata`
const INSERT =
  'INSERT INTO agent_states (namespace, agent_id, name, status, metadata, version, created_at, updated_at, state_data) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)'
const REPLACE =
  'name = excluded.name, status = excluded.status, version = agent_states.version + 1, updated_at = excluded.updated_at, state_data = excluded.state_data'

const insert = (conflict: string) =>
  statement<SavedAgent>(`${INSERT} ON CONFLICT (namespace, agent_id) ${conflict} RETURNING ${SAVED}`)
const update = (metadata: string) =>
  statement<SavedAgent>(
    `UPDATE agent_states SET ${metadata}name = ?, status = ?, version = version + 1, updated_at = ?, state_data = ?
     WHERE namespace = ? AND agent_id = ? AND version = ? AND deleted_at IS NULL RETURNING ${SAVED}`,
  )

// Only a revival names deleted_at: to name it makes SQLite maintain the partial indexes.
const LIVE = 'WHERE agent_states.deleted_at IS NULL'
const SAVE = insert(`DO UPDATE SET ${REPLACE}, metadata = excluded.metadata ${LIVE}`)
const SAVE_KEEPING_METADATA = insert(`DO UPDATE SET ${REPLACE} ${LIVE}`)
const REVIVE = insert(`DO UPDATE SET ${REPLACE}, metadata = excluded.metadata, deleted_at = NULL`)
const REVIVE_KEEPING_METADATA = insert(`DO UPDATE SET ${REPLACE}, deleted_at = NULL`)
const CREATE = insert('DO NOTHING')
const SAVE_VERSION = update('metadata = ?, ')
const SAVE_VERSION_KEEPING_METADATA = update('')

/** Saves an agent whole, one version up. */
export function* saveAgent(namespace: string, input: SaveAgent): Operation<SavedAgent> {
  const { agentId, expectedVersion, revive } = input
  if (revive && expectedVersion !== undefined) yield* requireVersion(namespace, agentId, expectedVersion)
  const saved = yield* save(namespace, input)
  if (saved !== undefined) return saved
  const stored = yield* findAgent(namespace, agentId)
  if (stored?.deletedAt) throw new AgentDeletedError(agentId, fromTimestamp(stored.deletedAt))
  throw new VersionConflictError(agentId, expectedVersion ?? 0, stored?.version ?? 0)
}

/** One statement, which changes nothing where the save is to be refused. */
function save(namespace: string, input: SaveAgent): Operation<SavedAgent | undefined> {
  const { agentId, name, status, metadata, stateData, expectedVersion, revive } = input
  const now = timestampNow()
  const keep = metadata === undefined
  const row = [namespace, agentId, name, status, metadata ?? null, now, now, stateData]
  if (revive) return queryFirst(keep ? REVIVE_KEEPING_METADATA : REVIVE, row)
  if (expectedVersion === undefined) return queryFirst(keep ? SAVE_KEEPING_METADATA : SAVE, row)
  if (expectedVersion === 0) return queryFirst(CREATE, row)
  const rest = [name, status, now, stateData, namespace, agentId, expectedVersion]
  return keep ? queryFirst(SAVE_VERSION_KEEPING_METADATA, rest) : queryFirst(SAVE_VERSION, [metadata, ...rest])
}

function* requireVersion(namespace: string, agentId: string, expected: number): Operation<void> {
  const actual = (yield* findAgent(namespace, agentId))?.version ?? 0
  if (actual !== expected) throw new VersionConflictError(agentId, expected, actual)
}
