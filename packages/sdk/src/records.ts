import type { EventRow, SessionStatus, TaskStatus } from '@descartes/store'
import type { StateInput, StateValue } from './json-value.ts'

export type { SessionStatus, TaskStatus }

/** Who did what an event tells of. */
export type ActorType = EventRow['actorType']

/** One page of a list. */
export interface Page<T> {
  items: T[]
  /** Pass it as `cursor` to get the next page of the same list; null on the last one. */
  nextCursor: string | null
}

/** How new an answer must be. */
export type Consistency = 'strong' | 'eventual'

/** What every read takes. */
export interface ReadOptions {
  /**
   * `strong` (default): the answer holds all that was committed before the call. `eventual`: a replica may give it, and
   * be behind; the primary does where there is none, or none that answers. A page is never further behind than the page
   * before it. In a transaction, and on SQLite, all reads are strong.
   */
  consistency?: Consistency | undefined
}

/** Which page of a list to get. */
export interface PageOptions extends ReadOptions {
  /** At most this many items: 1 to 1,000 (`limits.pageSize`), default 100. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** An agent without its state. */
export interface AgentSummary {
  agentId: string
  name: string
  status: string
  metadata: StateValue
  /** 1 when first saved, up by one at every save, patch, status update and restore. */
  version: number
  createdAt: Date
  updatedAt: Date
  /** When the agent was deleted; null while it lives. */
  deletedAt: Date | null
  /** The agent, and its version, that this one was forked from; null when it was not. */
  parent: { agentId: string; version: number } | null
}

/** Which version of an agent to load; default: the newest. */
export interface LoadAgentOptions extends ReadOptions {
  /** This version; of one that was never there, or was pruned, null is loaded. */
  version?: number | undefined
  /** The version that was the newest at this moment. */
  at?: Date | undefined
  /** The version that has this label. */
  label?: string | undefined
}

/** A version of an agent, without its state. */
export interface Revision {
  agentId: string
  version: number
  status: string
  /** Bytes of the agent's name, metadata and state. */
  size: number
  /** `delta`: stored as what changed since the version before; `keyframe`: whole; `plain`: whole, from before there were revisions. */
  kind: 'keyframe' | 'delta' | 'plain'
  /** Bytes that it takes in the history. */
  storedBytes: number
  /** The name that it was saved with; null when it has none. */
  label: string | null
  createdAt: Date
}

/** When a field of a state was last changed, and what happened then. */
export interface Blame {
  /** The version that changed it; the oldest that is left, when no version in the history differs from it. */
  version: number
  createdAt: Date
  /** Events of the agent, or in one of its sessions, since the version before; of more than 100, the last. */
  events: Event[]
  /** The agent's transitions since the version before; of more than 100, the last. */
  transitions: StateTransition[]
}

export interface RestoreRevisionOptions {
  /** Compare-and-set: restore only over this version. */
  expectedVersion?: number | undefined
}

export interface ForkAgentOptions {
  /** The id of the new agent. */
  agentId: string
  /** The version to fork. Default: the newest. */
  version?: number | undefined
}

export interface ChangeAgentOptions {
  /** Compare-and-set: change only this version. Default: whichever is the newest. */
  expectedVersion?: number | undefined
}

/**
 * Which versions to remove: those that every rule given lets go. Without a rule, none. The newest version of an agent, one
 * that a snapshot pins, and one that a fork was made of, are never removed.
 */
export interface PruneOptions {
  /** Only of this agent. Default: of every agent in the namespace. */
  agentId?: string | undefined
  /** Keep the newest so many versions of each agent: 1 or more. */
  keepLast?: number | undefined
  /** Remove only versions from before this moment. */
  olderThan?: Date | undefined
  /** Keep every version that is a multiple of this number: 1 or more. */
  keepEvery?: number | undefined
  /** Remove nothing, only tell what would be. Default false. */
  dryRun?: boolean | undefined
  /** Called after each agent and each batch, and awaited. What it throws ends the pruning; what is removed by then stays so. */
  onProgress?: ((progress: PruneProgress) => unknown) | undefined
}

export interface PruneProgress {
  /** Agents gone through. */
  agents: number
  /** Versions removed, or that would be. */
  revisions: number
  /** Bytes of data that they took. */
  bytes: number
}

export interface PruneReport extends PruneProgress {
  dryRun: boolean
  /** Bytes given back to the file system. */
  reclaimedBytes: number
}

export interface PurgeOptions {
  /** Called after each batch, and awaited, with what was removed so far. */
  onProgress?: ((progress: PurgeProgress) => unknown) | undefined
}

/** What was removed of an agent. */
export interface PurgeProgress {
  /** 1 when the agent was there. */
  agents: number
  revisions: number
  snapshots: number
  transitions: number
  sessions: number
  /** Events of the agent itself, and all events of its sessions; gone from the search index, too. */
  events: number
  /** Tasks that were assigned to the agent, and are assigned to nobody now. */
  tasksReleased: number
}

export interface PurgeReport extends PurgeProgress {
  /** Bytes given back to the file system. */
  reclaimedBytes: number
  /**
   * False when bytes of what was removed may be left in unused parts of the files: on PostgreSQL, a role that does not own
   * the tables may not rewrite them. Then the owner can, by `VACUUM FULL`, or by purging once more.
   */
  isScrubbed: boolean
}

/** An agent with its state. */
export interface AgentState<S = StateValue> extends AgentSummary {
  state: S
}

/** What `saveAgentState` takes. */
export interface AgentStateInput<S = StateValue> {
  /** 1 to 512 bytes, without NUL, in Unicode normal form C. */
  agentId: string
  name: string
  /** A word of yours, such as `running`; agents can be listed by it. */
  status: string
  /** JSON, Dates, Maps, bytes and the like; at most `limits.stateBytes` (16 MiB) as text, and 128 levels deep. */
  state: S
  /** As a state, at most `limits.metadataBytes` (1 MiB) as text. Left out: stays as it is. Null: cleared. */
  metadata?: StateInput | undefined
}

export interface SaveAgentOptions {
  /** Compare-and-set: save only over this version; 0 saves only if there is no such agent. */
  expectedVersion?: number | undefined
  /** Save over a deleted agent, which brings it back. Default false. */
  revive?: boolean | undefined
  /**
   * A name of yours for this version, by which it can be loaded: 1 to 512 bytes, as an id. One that an earlier version of
   * the agent has moves to this one.
   */
  label?: string | undefined
}

export interface UpdateAgentStatusOptions {
  /** Kept with the transition. */
  reason?: string | undefined
  /** Compare-and-set: update only this version. */
  expectedVersion?: number | undefined
}

export interface ListAgentsFilter extends PageOptions {
  status?: string | undefined
  /** List deleted agents, too. Default false. */
  includeDeleted?: boolean | undefined
  /** Only agents whose ids begin with this: letter for letter, and found by the key. */
  idPrefix?: string | undefined
}

/** A step from one state to another in an agent's history. */
export interface StateTransition {
  id: string
  agentId: string
  before: string
  after: string
  reason: string | null
  metadata: StateValue
  timestamp: Date
}

export interface StateTransitionInput {
  agentId: string
  before: string
  after: string
  reason?: string | undefined
  metadata?: StateInput | undefined
}

/** A pin on a version of an agent: it can be restored, and is not pruned. */
export interface Snapshot {
  id: string
  agentId: string
  /** The version that it pins: the agent's when the snapshot was taken. */
  version: number
  description: string | null
  createdAt: Date
  /** From then on it is not restored, and `deleteExpiredSnapshots` deletes it; null: never. */
  expiresAt: Date | null
}

export interface CreateSnapshotOptions {
  description?: string | undefined
  /** When the snapshot expires. Default: never. */
  expiresAt?: Date | undefined
  /** Expires so many milliseconds from now; instead of `expiresAt`. */
  ttlMs?: number | undefined
}

/** Something that happened in a session. Events never change. */
export interface Event {
  id: string
  eventType: string
  sessionId: string
  actorType: ActorType
  actorId: string
  content: string
  metadata: StateValue
  gitCommit: string | null
  timestamp: Date
}

export interface EventInput {
  eventType: string
  sessionId: string
  actorType: ActorType
  actorId: string
  /** Any text, at most `limits.contentBytes` (1 MiB); searchable. */
  content: string
  metadata?: StateInput | undefined
  gitCommit?: string | undefined
  /** Your own id makes saving idempotent. Default: a new UUIDv7. */
  id?: string | undefined
  /** When it happened. Default: now. */
  timestamp?: Date | undefined
}

export interface SearchOptions extends PageOptions {
  sessionId?: string | undefined
  eventType?: string | undefined
}

/** An event that a search found. */
export interface EventHit {
  event: Event
  /** How well the event fits the words; larger is better. It depends on the event and the words alone. */
  score: number
  /** A piece of the content, with the words that matched in [square brackets]. */
  snippet: string
}

export interface Task {
  id: string
  title: string
  description: string | null
  status: TaskStatus
  assignedTo: string | null
  metadata: StateValue
  createdAt: Date
  updatedAt: Date
}

/** What `saveTask` takes. For a task that exists, a field left out stays as it is, and null clears it. */
export interface TaskInput {
  /** Default: a new UUIDv7, and so a new task. */
  id?: string | undefined
  title: string
  description?: string | null | undefined
  /** Default for a new task: pending. */
  status?: TaskStatus | undefined
  assignedTo?: string | null | undefined
  metadata?: StateInput | undefined
}

export interface TaskFilter extends PageOptions {
  status?: TaskStatus | undefined
  assignedTo?: string | undefined
}

/** A run of an agent, from its start to its end. */
export interface Session {
  id: string
  agentId: string
  startedAt: Date
  endedAt: Date | null
  status: SessionStatus
  metadata: StateValue
}

export interface SessionInput {
  /** Default: a new UUIDv7. */
  id?: string | undefined
  /** The agent need not have been saved yet. */
  agentId: string
  metadata?: StateInput | undefined
}

export interface EndSessionOptions {
  /** How it ended. Default: completed. */
  status?: Exclude<SessionStatus, 'active'> | undefined
}

export interface SessionFilter extends PageOptions {
  agentId?: string | undefined
  status?: SessionStatus | undefined
}

/** A value that is kept under a path and a key. */
export interface Item {
  /** The labels that lead to it, from the outermost on. */
  path: string[]
  key: string
  value: StateValue
  createdAt: Date
  /** When it was saved last. */
  updatedAt: Date
  /** From then on no read gives it, and `deleteExpiredItems` deletes it; null: never. */
  expiresAt: Date | null
}

export interface ItemInput {
  /** One label or more, such as `['users', '123']`; at most 1,024 bytes as JSON, without NUL, in Unicode normal form C. */
  path: readonly string[]
  /** 1 to 512 bytes, as an id; unique within its path. */
  key: string
  /** JSON, Dates, Maps, bytes and the like; at most `limits.stateBytes` (16 MiB) as text, and 128 levels deep. */
  value: StateInput
  /** The words that `searchItems` finds it by, at most `limits.contentBytes` (1 MiB). Default: none. */
  text?: string | undefined
  /** Expires so many milliseconds from now: to 1,000 years. Default: never. */
  ttlMs?: number | undefined
}

/** Which item is meant. */
export interface ItemName {
  path: readonly string[]
  key: string
}

export interface ItemFilter extends PageOptions {
  /** Only items whose paths begin with these labels, each a whole one. Default: all. */
  pathPrefix?: readonly string[] | undefined
}

/** An item that a search found. */
export interface ItemHit {
  item: Item
  /** How well its text fits the words; larger is better. It depends on the text and the words alone. */
  score: number
  /** A piece of the text, with the words that matched in [square brackets]. */
  snippet: string
}
