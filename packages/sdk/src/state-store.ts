import type { AppliedMigration, EngineStats } from '@descartes/store'
import type { PrismaClient } from '@descartes/store/client'
import type { MergePatch } from './json-patch/merge-patch.ts'
import type { JsonPatch, JsonPatchOperation } from './json-patch/operations.ts'
import type { StateValue } from './json-value.ts'
import type { Limits } from './limits.ts'
import type * as records from './records.ts'

/** The generated Prisma client, held to the store's namespace; raw SQL is refused, and the store manages the connection. */
export type ScopedPrismaClient = Omit<
  PrismaClient,
  | '$queryRaw'
  | '$queryRawUnsafe'
  | '$executeRaw'
  | '$executeRawUnsafe'
  | '$connect'
  | '$disconnect'
  | '$on'
  | '$extends'
>

/** A migration that the database has been through. */
export type MigrationRecord = AppliedMigration

/** What the store did since it was opened, and what it is doing now. */
export type StoreStats = EngineStats

/**
 * Keeps agents' states, transitions, snapshots, events, items, tasks and sessions, in one namespace of one database.
 *
 * Every method may throw, besides what it names itself: `InvalidInputError` (an argument is not accepted; nothing was
 * stored), `StoreClosedError`, `StoreBusyError` (retryable), `StorageFullError`, `StorageFailedError` (retryable where no
 * server answered), `CorruptDataError`, of writes `CommitUnknownError`, and around transactions `OutsideTransactionError` and
 * `TransactionEndedError`. A write resolves once it is durable. Ids are 1 to 512 bytes, without NUL, in Unicode normal form
 * C; an id of another namespace is as unknown as one that does not exist.
 */
export interface StateStore<S = StateValue> extends AsyncDisposable {
  /** The namespace that this handle is bound to, for life. */
  readonly namespace: string

  /** How much one call may carry: what the store was opened with, and the defaults of the rest. */
  readonly limits: Readonly<Limits>

  /**
   * The generated Prisma client on the same engine, held to this namespace: reads are filtered, writes are stamped.
   * For open-ended queries; what the methods below do goes through them. Loaded on first use (about 100 ms).
   * @throws OutOfScopeError for raw SQL, another namespace, or an operation that cannot be held to one.
   */
  readonly prisma: ScopedPrismaClient

  /** Resolves when the database answers. `openStateStore` has brought it to the current schema already. Idempotent. */
  initialize(): Promise<void>

  /** Closes the store for this and every handle derived from it. Waits for writes in flight and open transactions. Idempotent. */
  close(): Promise<void>

  /** Another handle on the same database, bound to another namespace: 1 to 128 of `A-Z a-z 0-9 . _ -`. */
  withNamespace(namespace: string): StateStore<S>

  /**
   * Another handle on the same namespace, for agents whose states are not those of the store's `schema`, such as a
   * framework's: they are neither checked nor lifted, and are stored under schema version 1. Those of a later version are
   * refused (`StateTooNewError`).
   */
  withoutSchema(): StateStore

  /**
   * Runs `fn` in a transaction; commits when it resolves, rolls back when it rejects. On a handle of a transaction, runs
   * in a savepoint. Keep it short.
   * On SQLite, it has the database's write lock: all other writers wait.
   * On PostgreSQL, it is serializable, others may be open beside it, and `fn` may run several times: again from the
   * start, for up to `busyTimeoutMs`, when it lost against others or its connection broke before COMMIT. Nothing was stored
   * then; but what `fn` does elsewhere, it may do more than once.
   * @throws OutsideTransactionError when `fn` uses any handle but the one it is given, which would wait forever.
   */
  transact<T>(fn: (tx: StateStore<S>) => Promise<T>): Promise<T>

  /** The migrations that the database has been through, oldest first. */
  getMigrationHistory(): Promise<MigrationRecord[]>

  /** Connections, queue, batches and transactions: counts since opening, and the present. */
  stats(): StoreStats

  /**
   * Saves an agent whole, one version up. Without `expectedVersion` it is a blind write: the last one wins.
   * @throws VersionConflictError when `expectedVersion` is not the stored version.
   * @throws AgentDeletedError when the agent was deleted and `revive` is not set.
   * @throws StateTooNewError when the stored state was saved under a newer `schemaVersion`.
   */
  saveAgentState(input: records.AgentStateInput<S>, options?: records.SaveAgentOptions): Promise<records.AgentState<S>>

  /**
   * The agent with its newest state; null when there is none, or it was deleted. With `version`, `at` or `label`, the
   * agent as it was then: also of one that was deleted since; null when the history does not hold that version.
   * @throws InvalidInputError when a `schema` was given, and the stored state does not fit it.
   * @throws StateTooNewError when the state was saved under a newer `schemaVersion`.
   */
  loadAgentState(agentId: string, options?: records.LoadAgentOptions): Promise<records.AgentState<S> | null>

  /**
   * Changes a part of the state, one version up: a JSON Patch (RFC 6902, an array) or a merge patch (RFC 7386, an object).
   * All of it, or nothing. The state is not read as a value but changed where it is stored, unless there is a `schema`.
   * @throws InvalidInputError with the path of the step that cannot be taken, a failed `test` too.
   * @throws AgentNotFoundError, AgentDeletedError, VersionConflictError, StateTooNewError
   */
  patchAgentState(
    agentId: string,
    patch: JsonPatch | MergePatch,
    options?: records.ChangeAgentOptions,
  ): Promise<records.AgentSummary>

  /**
   * Adds items at the end of the array that a JSON pointer (RFC 6901) such as `/messages` names, one version up.
   * @throws InvalidInputError when there is no array.
   * @throws AgentNotFoundError, AgentDeletedError, VersionConflictError, StateTooNewError
   */
  appendToAgentState(
    agentId: string,
    pointer: string,
    items: readonly unknown[],
    options?: records.ChangeAgentOptions,
  ): Promise<records.AgentSummary>

  /**
   * Makes a new agent of this one, as it is or as it was at a version. The two share nothing that changes; the new one
   * remembers where it comes from (`parent`). Its history begins with a version that costs only its difference.
   * @throws AgentNotFoundError, AgentDeletedError, RevisionNotFoundError, StateTooNewError
   * @throws AgentExistsError when there is an agent of the new id, even a deleted one.
   */
  forkAgent(agentId: string, options: records.ForkAgentOptions): Promise<records.AgentState<S>>

  /** Agents by id, without their states. */
  listAgents(filter?: records.ListAgentsFilter): Promise<records.Page<records.AgentSummary>>

  /**
   * Sets the status, one version up, and records the transition in the same commit.
   * @throws AgentNotFoundError, AgentDeletedError, VersionConflictError
   */
  updateAgentStatus(
    agentId: string,
    status: string,
    options?: records.UpdateAgentStatusOptions,
  ): Promise<records.AgentSummary>

  /** Marks the agent as deleted; late saves are refused from then on. False when there is none, or it was deleted before. */
  deleteAgent(agentId: string): Promise<boolean>

  /**
   * Erases an agent for good: its state and every version of it, its snapshots, transitions and sessions, the events of
   * those sessions and its own, also from the search index; tasks that were assigned to it are assigned to nobody. Then
   * the whole file is copied, without what was removed, and the log is emptied: no byte of its states is left in the
   * files. Forks of it stay, and what others wrote about it elsewhere. Removes in small commits, but for the copying other
   * writers wait; if it is cut short, call it again.
   * @throws OutsideTransactionError inside `transact`.
   */
  purgeAgent(agentId: string, options?: records.PurgeOptions): Promise<records.PurgeReport>

  /** The versions of an agent that the history holds, newest first, without their states. Also of a deleted agent. */
  listRevisions(agentId: string, page?: records.PageOptions): Promise<records.Page<records.Revision>>

  /**
   * What changed in the state from one version to another, as a JSON Patch (RFC 6902).
   * @throws RevisionNotFoundError
   */
  diffRevisions(agentId: string, from: number, to: number, options?: records.ReadOptions): Promise<JsonPatchOperation[]>

  /**
   * The version that last changed the value at a JSON pointer (RFC 6901), its removal too, and the events and transitions
   * since the version before. Null when no version in the history has that value, or there is no such agent.
   */
  blame(agentId: string, pointer: string, options?: records.ReadOptions): Promise<records.Blame | null>

  /**
   * Makes the state of an earlier version the newest one; nothing is rewritten. Name, status and metadata stay.
   * @throws RevisionNotFoundError, AgentNotFoundError, AgentDeletedError, VersionConflictError, StateTooNewError
   */
  restoreRevision(
    agentId: string,
    version: number,
    options?: records.RestoreRevisionOptions,
  ): Promise<records.AgentState<S>>

  /**
   * Removes old versions, and gives their room back to the file system. Without a rule, nothing is removed. Every version
   * that stays can be read as before. Runs in small commits, so that other writers go on.
   * @throws OutsideTransactionError inside `transact`.
   * @throws AgentNotFoundError when `agentId` is given, and there is none.
   */
  pruneRevisions(options?: records.PruneOptions): Promise<records.PruneReport>

  /**
   * Records a transition, without changing the agent.
   * @throws AgentNotFoundError, AgentDeletedError
   */
  recordStateTransition(input: records.StateTransitionInput): Promise<records.StateTransition>

  /** An agent's transitions, newest first. Those of a deleted agent stay readable. */
  getStateHistory(agentId: string, page?: records.PageOptions): Promise<records.Page<records.StateTransition>>

  /**
   * Pins the agent's present version: it can be restored, and is not pruned. Costs the same however large the state is.
   * @throws AgentNotFoundError, AgentDeletedError
   */
  createSnapshot(agentId: string, options?: records.CreateSnapshotOptions): Promise<records.Snapshot>

  /**
   * Makes the snapshot's state the agent's newest version; nothing is rewritten. Name, status and metadata stay.
   * @throws SnapshotNotFoundError, SnapshotExpiredError, AgentNotFoundError, AgentDeletedError, StateTooNewError
   */
  restoreSnapshot(snapshotId: string): Promise<records.AgentState<S>>

  /** An agent's snapshots, newest first, without their states. */
  listSnapshots(agentId: string, page?: records.PageOptions): Promise<records.Page<records.Snapshot>>

  /** Deletes a snapshot. False when there is none. */
  deleteSnapshot(snapshotId: string): Promise<boolean>

  /** Deletes the snapshots whose time is over, in batches that let other writers in; resolves with their number. */
  deleteExpiredSnapshots(): Promise<number>

  /**
   * Saves an event. One that is stored already, with the same id and content, is left as it is.
   * @throws EventConflictError when the id is stored with other content.
   */
  saveEvent(input: records.EventInput): Promise<records.Event>

  /**
   * Saves events in their order, in one commit, all or none; at most `limits.eventsPerCall` (10,000).
   * @throws EventConflictError when an id is stored with other content.
   */
  saveEvents(inputs: readonly records.EventInput[]): Promise<records.Event[]>

  /** A session's events, in the order they were saved. */
  getEvents(sessionId: string, page?: records.PageOptions): Promise<records.Page<records.Event>>

  /** The events of a type, in the order they were saved. */
  getEventsByType(eventType: string, page?: records.PageOptions): Promise<records.Page<records.Event>>

  /**
   * Events that hold all the words of `query`, best first; of more than 128 matches, the newest 128 are ranked
   * first, then the 128 before them, and so on. Any text is taken as words, never as a query language: case and
   * diacritics do not matter, and words joined by punctuation (`foo-bar`) must stand side by side. At most 32 words and
   * 1 KiB. A page may be shorter than `limit`.
   */
  searchEvents(query: string, options?: records.SearchOptions): Promise<records.Page<records.EventHit>>

  /**
   * Saves an item: a new one, or over the one of the same path and key, which is then the newest. The last one wins. What
   * it was saved with before, its text and its time too, is replaced.
   */
  saveItem(input: records.ItemInput): Promise<records.Item>

  /**
   * Saves items in their order, in one commit, all or none; at most 1,000. Of two of the same path and key the last one
   * wins. On PostgreSQL they are one round trip together.
   */
  saveItems(inputs: readonly records.ItemInput[]): Promise<void>

  /** The item; null when there is none, or it has expired. */
  getItem(path: readonly string[], key: string, options?: records.ReadOptions): Promise<records.Item | null>

  /** Deletes an item. False when there is none, or it has expired. */
  deleteItem(path: readonly string[], key: string): Promise<boolean>

  /**
   * The items below a path, the one that was saved last first. Each page sorts the numbers of all of them: so for 10,000
   * items it takes a few milliseconds.
   */
  listItems(filter?: records.ItemFilter): Promise<records.Page<records.Item>>

  /**
   * Items below a path whose texts hold all the words of `query`, best first; words are taken and ranked as by
   * `searchEvents`. A page may be shorter than `limit`, and even empty before the last.
   */
  searchItems(query: string, options?: records.ItemFilter): Promise<records.Page<records.ItemHit>>

  /** The paths that have items, each once, in the order of their JSON text: what is below a path comes before it. */
  listItemPaths(filter?: records.ItemFilter): Promise<records.Page<string[]>>

  /**
   * Lets items that expire live on, from now for as long as they were saved for. They stay where they are in lists. All or
   * none; at most 1,000. Resolves with how many of them expire.
   */
  refreshItems(items: readonly records.ItemName[]): Promise<number>

  /** Deletes the items whose time is over, in batches that let other writers in; resolves with their number. */
  deleteExpiredItems(): Promise<number>

  /** Saves a task: a new one, or over the one with the same id. */
  saveTask(input: records.TaskInput): Promise<records.Task>

  /** The task; null when there is none. */
  getTask(taskId: string, options?: records.ReadOptions): Promise<records.Task | null>

  /** Tasks, oldest first. */
  getTasks(filter?: records.TaskFilter): Promise<records.Page<records.Task>>

  /**
   * Starts a session.
   * @throws SessionExistsError when there is one of this id.
   */
  startSession(input: records.SessionInput): Promise<records.Session>

  /**
   * Ends a session. Ending it again with the same status changes nothing.
   * @throws SessionNotFoundError, and SessionEndedError when it has ended with another status.
   */
  endSession(sessionId: string, options?: records.EndSessionOptions): Promise<records.Session>

  /** The session; null when there is none. */
  getSession(sessionId: string, options?: records.ReadOptions): Promise<records.Session | null>

  /** Sessions, newest first. */
  listSessions(filter?: records.SessionFilter): Promise<records.Page<records.Session>>
}

/** A StateStore, whatever its states are: what a framework's adapter is given. */
export type AnyStateStore = Pick<StateStore, 'withoutSchema'>
