import { AgentDeletedError, StorageFailedError, VersionConflictError } from '../errors.ts'
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

// A null deleted_at is not set again: naming the column would make SQLite maintain the partial indexes at every save.
function upsert(metadata: string, revive: string) {
  return statement<SavedAgent>(
    `${INSERT} ON CONFLICT (namespace, agent_id) DO UPDATE SET ${REPLACE}${metadata}${revive} RETURNING ${SAVED}`,
  )
}
const LIVE = ' WHERE agent_states.deleted_at IS NULL'
const SAVE = upsert(', metadata = excluded.metadata', LIVE)
const SAVE_KEEPING_METADATA = upsert('', LIVE)
const REVIVE = upsert(', metadata = excluded.metadata, deleted_at = NULL', '')
const REVIVE_KEEPING_METADATA = upsert(', deleted_at = NULL', '')

/** Saves an agent whole, one version up. */
export function* saveAgent(namespace: string, input: SaveAgent): Operation<SavedAgent> {
  const { agentId, name, status, metadata, stateData, expectedVersion, revive } = input
  if (expectedVersion !== undefined) {
    const stored = yield* findAgent(namespace, agentId)
    if (stored !== undefined && stored.deletedAt !== null && !revive)
      throw new AgentDeletedError(agentId, fromTimestamp(stored.deletedAt))
    const actual = stored?.version ?? 0
    if (actual !== expectedVersion) throw new VersionConflictError(agentId, expectedVersion, actual)
  }
  const now = timestampNow()
  const keep = metadata === undefined
  const save = revive ? (keep ? REVIVE_KEEPING_METADATA : REVIVE) : keep ? SAVE_KEEPING_METADATA : SAVE
  const saved = yield* queryFirst(save, [namespace, agentId, name, status, metadata ?? null, now, now, stateData])
  if (saved !== undefined) return saved
  const deleted = yield* findAgent(namespace, agentId)
  if (deleted?.deletedAt) throw new AgentDeletedError(agentId, fromTimestamp(deleted.deletedAt))
  throw new StorageFailedError(`agent ${JSON.stringify(agentId)} was not saved`)
}
