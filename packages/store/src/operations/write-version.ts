import { crc32 } from 'node:zlib'
import { execute, type Operation, queryFirst, statement } from '../operation.ts'
import { type AgentContent, agentText } from '../revisions/agent-text.ts'
import { type EncodedRevision, encodeRevision } from '../revisions/encode-revision.ts'
import { timestampNow } from '../timestamp.ts'
import type { AgentRow } from './agent-row.ts'
import { CHECKSUM_BASE, forgetHead, type Head, keepHead } from './head.ts'
import { insertRevision, type RevisionBase, type Version } from './insert-revision.ts'
import { type Layout, layOut, padState, trimState } from './pad-state.ts'

/** What an agent is from its next version on. */
export interface NextVersion extends Omit<AgentContent, 'stateData'> {
  status: string
  schemaVersion: number | null
  /** JSON text, or the bytes of it. */
  stateData: string | Buffer
  /** The version's own name. */
  label?: string | undefined
}

/** A version that the next one may be a delta against. */
interface Base extends RevisionBase {
  text: Buffer
  chainBytes: number
}

/** One of the same agent, the chain of which the next one goes on with. */
interface OwnBase extends Base {
  chainStart: number
}

const LAST = statement<{ version: number }>(
  'SELECT coalesce(max(version), 0) AS version FROM agent_revisions WHERE namespace = ? AND agent_id = ?',
  { isOfAgent: true },
)
const create = (recorded: string, recordedVersion: string) =>
  `INSERT INTO agent_states (namespace, agent_id, name, status, metadata, version, created_at, updated_at, schema_version, parent_agent_id, parent_version, chain_bytes, chain_start, checksum, state_data${recorded})
   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT)${recordedVersion})`
// A trigger takes no row that is inserted for recorded, whatever it says; on PostgreSQL, unless it says so by the sign.
const CREATE = statement(create('', ''), {
  leavesKept: true,
  postgresql: create(', recorded_version', ', -CAST($6 AS INTEGER)'),
})
const RECORDED = statement('UPDATE agent_states SET recorded_version = version WHERE namespace = ? AND agent_id = ?', {
  leavesKept: true,
  postgresql: '',
})

const update = (columns: string) =>
  statement(
    `UPDATE agent_states SET ${columns}name = ?, metadata = ?, version = ?, updated_at = ?, schema_version = ?, recorded_version = ?, chain_bytes = ?, chain_start = ?, checksum = ?, state_data = CAST(? AS TEXT)
     WHERE namespace = ? AND agent_id = ?`,
    { leavesKept: true },
  )

// To name a column that is indexed makes SQLite maintain its indexes, changed or not.
const UPDATE = update('')
const UPDATE_STATUS = update('status = ?, ')
const REVIVE = update('deleted_at = NULL, status = ?, ')

/** Writes an agent's next version, head and history; without a head it is the first. */
export function* writeVersion(
  namespace: string,
  agentId: string,
  head: Head | undefined,
  next: NextVersion,
): Operation<Head> {
  if (head === undefined) return yield* createAgent(namespace, agentId, next)
  const { name, status, metadata, schemaVersion, stateData } = next
  const version = 1 + (head.recordedVersion ?? (yield* lastVersion(namespace, agentId, head.version)))
  const now = timestampAfter(head)
  const base = recordedBase(head)
  const layout = layOut(next)
  const { text } = layout
  const revision = encodeRevision(text, base)
  const { kind, chainBytes } = revision
  const chainStart = kind === 'delta' && base !== undefined ? base.chainStart : version
  const checksum = CHECKSUM_BASE + revision.checksum
  const columns = [name, status, metadata, version, schemaVersion, version, chainBytes, chainStart]
  const padded = padState(layout, columns, head)
  const recorded = [version, chainBytes, chainStart, checksum]
  const statement = head.deletedAt !== null ? REVIVE : head.status !== status ? UPDATE_STATUS : UPDATE
  const changed = statement === UPDATE ? [] : [status]
  const row = (state: string | Buffer) => [
    ...changed,
    name,
    metadata,
    version,
    now,
    schemaVersion,
    ...recorded,
    state,
    namespace,
    agentId,
  ]
  yield* execute(statement, row(stateIn(layout, stateData)), padded && row(padded))
  const made = { agentId, version, status, createdAt: now, schemaVersion, size: text.length, chainStart }
  yield* insertRevision(namespace, made, revision, base, next.label)
  const written = writtenHead(made, next, head, revision, layout, padded)
  // A copy: the row goes out to callers.
  if (written.text !== undefined) yield* keepHead(namespace, { ...written })
  else if (head.text !== undefined) yield* forgetHead(namespace, agentId)
  return written
}

/** Writes the first version of an agent. A parent's version is what it was forked from, and its delta rests on. */
export function* createAgent(namespace: string, agentId: string, next: NextVersion, parent?: Base): Operation<Head> {
  const { name, status, metadata, schemaVersion, stateData } = next
  const version = 1 + (yield* lastVersion(namespace, agentId, 0))
  const now = timestampNow()
  const layout = layOut(next)
  const { text } = layout
  const revision = encodeRevision(text, parent)
  const { chainBytes } = revision
  const checksum = CHECKSUM_BASE + revision.checksum
  const [parentAgentId, parentVersion] = [parent?.agentId ?? null, parent?.version ?? null]
  const first = [namespace, agentId, name, status, metadata, version, now, now, schemaVersion]
  const padded = padState(layout, [], undefined)
  const made = { agentId, version, status, createdAt: now, schemaVersion, size: text.length, chainStart: version }
  const row = (state: string | Buffer) => [...first, parentAgentId, parentVersion, chainBytes, version, checksum, state]
  yield* execute(CREATE, row(stateIn(layout, stateData)), padded && row(padded))
  yield* insertRevision(namespace, made, revision, parent, next.label)
  yield* execute(RECORDED, [namespace, agentId])
  const written = writtenHead(made, next, { createdAt: now, parentAgentId, parentVersion }, revision, layout, padded)
  if (written.text !== undefined) yield* keepHead(namespace, { ...written })
  return written
}

/** The state, without another copy of it where there is one. */
function stateIn({ text, stateAt }: Layout, stateData: string | Buffer): string | Buffer {
  return stateAt === 0 ? stateData : text.subarray(stateAt)
}

// Every field by itself: a spread costs microseconds of each save.
function writtenHead(
  { agentId, version, createdAt: updatedAt, chainStart }: Version,
  { name, status, metadata, schemaVersion, stateData }: NextVersion,
  { createdAt, parentAgentId, parentVersion }: Pick<AgentRow, 'createdAt' | 'parentAgentId' | 'parentVersion'>,
  { chainBytes, checksum }: EncodedRevision,
  { text, stateAt }: Layout,
  padded: Buffer | undefined,
): Head {
  return {
    agentId,
    name,
    status,
    metadata,
    version,
    createdAt,
    updatedAt,
    deletedAt: null,
    schemaVersion,
    parentAgentId,
    parentVersion,
    recordedVersion: version,
    chainBytes,
    chainStart,
    checksum,
    stateData: typeof stateData === 'string' || stateAt === 0 ? stateData : text.subarray(stateAt),
    storedBytes: padded?.length ?? stateData.length,
    text: padded && text,
  }
}

// An agent that was removed through Prisma leaves its history, and one that was changed may have any version: the numbers
// go on after all of them, so that none stands for two states.
function* lastVersion(namespace: string, agentId: string, version: number): Operation<number> {
  const { version: recorded } = (yield* queryFirst(LAST, [namespace, agentId])) as { version: number }
  return Math.max(recorded, version)
}

/** The present moment; within an agent, time never goes back, whatever the clock does. */
export function timestampAfter(head: { updatedAt: string } | undefined): string {
  const now = timestampNow()
  return head === undefined || head.updatedAt < now ? now : head.updatedAt
}

/** The text that the next version may be a delta against: the head's, if the history holds that very text. */
function recordedBase(head: Head): OwnBase | undefined {
  const { agentId, recordedVersion: version, chainBytes, chainStart, checksum } = head
  if (version === null || chainBytes === null || chainStart === null || checksum === null) return undefined
  const { name, metadata, stateData } = head
  if (head.text !== undefined) return { agentId, version, text: head.text, chainBytes, chainStart }
  const text = agentText(name, metadata, trimState(stateData))
  return crc32(text) === checksum ? { agentId, version, text, chainBytes, chainStart } : undefined
}
