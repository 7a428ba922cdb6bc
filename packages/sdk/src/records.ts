import type { EventRow, SessionStatus, TaskStatus } from '@descartes/store'
import type { JsonInput, JsonValue } from './json-value.ts'

export type { SessionStatus, TaskStatus }

/** Who did what an event tells of. */
export type ActorType = EventRow['actorType']

/** One page of a list. */
export interface Page<T> {
  items: T[]
  /** Pass it as `cursor` to get the next page of the same list; null on the last one. */
  nextCursor: string | null
}

/** Which page of a list to get. */
export interface PageOptions {
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
  metadata: JsonValue
  /** 1 when first saved, up by one at every save, status update and restore. */
  version: number
  createdAt: Date
  updatedAt: Date
  /** When the agent was deleted; null while it lives. */
  deletedAt: Date | null
}

/** An agent with its state. */
export interface AgentState<S = JsonValue> extends AgentSummary {
  state: S
}

/** What `saveAgentState` takes. */
export interface AgentStateInput<S = JsonValue> {
  /** 1 to 512 bytes, without NUL, in Unicode normal form C. */
  agentId: string
  name: string
  /** A word of yours, such as `running`; agents can be listed by it. */
  status: string
  /** JSON, at most `limits.stateBytes` (16 MiB) and 128 levels deep. */
  state: S
  /** JSON, at most `limits.metadataBytes` (1 MiB). Left out: stays as it is. Null: cleared. */
  metadata?: JsonInput | undefined
}

export interface SaveAgentOptions {
  /** Compare-and-set: save only over this version; 0 saves only if there is no such agent. */
  expectedVersion?: number | undefined
  /** Save over a deleted agent, which brings it back. Default false. */
  revive?: boolean | undefined
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
}

/** A step from one state to another in an agent's history. */
export interface StateTransition {
  id: string
  agentId: string
  before: string
  after: string
  reason: string | null
  metadata: JsonValue
  timestamp: Date
}

export interface StateTransitionInput {
  agentId: string
  before: string
  after: string
  reason?: string | undefined
  metadata?: JsonInput | undefined
}

/** A copy of an agent's state as it was. */
export interface Snapshot {
  id: string
  agentId: string
  /** The agent's version when the snapshot was taken. */
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
  metadata: JsonValue
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
  metadata?: JsonInput | undefined
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
  metadata: JsonValue
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
  metadata?: JsonInput | undefined
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
  metadata: JsonValue
}

export interface SessionInput {
  /** Default: a new UUIDv7. */
  id?: string | undefined
  /** The agent need not have been saved yet. */
  agentId: string
  metadata?: JsonInput | undefined
}

export interface EndSessionOptions {
  /** How it ended. Default: completed. */
  status?: Exclude<SessionStatus, 'active'> | undefined
}

export interface SessionFilter extends PageOptions {
  agentId?: string | undefined
  status?: SessionStatus | undefined
}
