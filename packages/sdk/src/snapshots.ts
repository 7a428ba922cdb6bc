import * as operations from '@descartes/store'
import { fromTimestamp, InvalidInputError, toTimestamp } from '@descartes/store'
import { uuidv7 } from 'uuidv7'
import * as v from 'valibot'
import { writeAgentState } from './agents.ts'
import * as fields from './fields.ts'
import type { Handle } from './handle.ts'
import { PAGE, readPage } from './paging.ts'
import { parse } from './parse.ts'
import type { AgentState, CreateSnapshotOptions, Page, PageOptions, Snapshot } from './records.ts'

const CREATE = v.strictObject({
  description: v.optional(fields.note),
  expiresAt: v.optional(fields.date),
  ttlMs: v.optional(fields.ttlMs),
})

/** Expired snapshots deleted in one write, so that other writers get in between. */
const DELETED_AT_ONCE = 500

export async function createSnapshot(
  handle: Handle<unknown>,
  agentId: string,
  options: CreateSnapshotOptions = {},
): Promise<Snapshot> {
  parse(fields.id, 'agentId', agentId)
  const { description = null, expiresAt, ttlMs } = parse(CREATE, 'options', options)
  if (expiresAt !== undefined && ttlMs !== undefined)
    throw new InvalidInputError('ttlMs', 'either expiresAt or ttlMs', 'both')
  const expires = ttlMs === undefined ? expiresAt : new Date(Date.now() + ttlMs)
  const row = { id: uuidv7(), agentId, description, expiresAt: expires === undefined ? null : toTimestamp(expires) }
  return toSnapshot(await handle.executor.write(() => operations.createSnapshot(handle.namespace, row)))
}

export async function restoreSnapshot<S>(handle: Handle<S>, snapshotId: string): Promise<AgentState<S>> {
  parse(fields.id, 'snapshotId', snapshotId)
  const input = { snapshotId, schemaVersion: handle.schemaVersion }
  return writeAgentState(handle, () => operations.restoreSnapshot(handle.namespace, input))
}

export async function listSnapshots(
  handle: Handle<unknown>,
  agentId: string,
  page: PageOptions = {},
): Promise<Page<Snapshot>> {
  parse(fields.id, 'agentId', agentId)
  return readPage(handle, parse(PAGE, 'page', page), {
    list: ['snapshots', agentId],
    rows: ([createdAt, id = '']: [string?, string?], limit: number) => {
      const before = createdAt === undefined ? undefined : { createdAt, id }
      return operations.listSnapshots(handle.namespace, { agentId, before, limit })
    },
    keyOf: ({ createdAt, id }) => [createdAt, id],
    toItem: toSnapshot,
  })
}

export async function deleteSnapshot(handle: Handle<unknown>, snapshotId: string): Promise<boolean> {
  parse(fields.id, 'snapshotId', snapshotId)
  return handle.executor.write(() => operations.deleteSnapshot(handle.namespace, snapshotId))
}

export async function deleteExpiredSnapshots(handle: Handle<unknown>): Promise<number> {
  let total = 0
  for (;;) {
    const deleted = await handle.executor.write(() =>
      operations.deleteExpiredSnapshots(handle.namespace, DELETED_AT_ONCE),
    )
    total += deleted
    if (deleted < DELETED_AT_ONCE) return total
  }
}

function toSnapshot(row: operations.SnapshotRow): Snapshot {
  return {
    id: row.id,
    agentId: row.agentId,
    version: row.agentVersion,
    description: row.description,
    createdAt: fromTimestamp(row.createdAt),
    expiresAt: row.expiresAt === null ? null : fromTimestamp(row.expiresAt),
  }
}
