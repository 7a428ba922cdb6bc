import {
  type Engine,
  InvalidInputError,
  listMigrations,
  OutsideTransactionError,
  scopeToNamespace,
} from '@descartes/store'
import * as agents from './agents.ts'
import { blame } from './blame.ts'
import { appendToAgentState, patchAgentState } from './change.ts'
import { describe } from './describe.ts'
import * as events from './events.ts'
import * as fields from './fields.ts'
import { forkAgent } from './fork.ts'
import type { Handle } from './handle.ts'
import * as items from './items.ts'
import type { MergePatch } from './json-patch/merge-patch.ts'
import type { JsonPatch, JsonPatchOperation } from './json-patch/operations.ts'
import type { StateValue } from './json-value.ts'
import type { Limits } from './limits.ts'
import { parse } from './parse.ts'
import { pruneRevisions } from './prune.ts'
import { purgeAgent } from './purge.ts'
import type * as records from './records.ts'
import * as revisions from './revisions.ts'
import { FIRST_VERSION } from './schema.ts'
import { searchEvents } from './search.ts'
import * as sessions from './sessions.ts'
import * as snapshots from './snapshots.ts'
import type { MigrationRecord, ScopedPrismaClient, StateStore, StoreStats } from './state-store.ts'
import * as tasks from './tasks.ts'
import * as transitions from './transitions.ts'

/** The StateStore on an engine, or on a transaction of it. */
export class StoreHandle<S> implements StateStore<S> {
  readonly #engine: Engine
  readonly #handle: Handle<S>
  #prisma: ScopedPrismaClient | undefined

  constructor(engine: Engine, handle: Handle<S>) {
    this.#engine = engine
    this.#handle = handle
  }

  get namespace(): string {
    return this.#handle.namespace
  }

  get limits(): Readonly<Limits> {
    return this.#handle.limits
  }

  get prisma(): ScopedPrismaClient {
    this.#prisma ??= scopeToNamespace(this.#handle.executor.prisma, this.namespace)
    return this.#prisma
  }

  async initialize(): Promise<void> {
    await this.getMigrationHistory()
  }

  async close(): Promise<void> {
    if (this.#handle.isInTransaction)
      throw new OutsideTransactionError('a transaction does not close the store; close it outside transact()')
    await this.#engine.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  withNamespace(given: string): StateStore<S> {
    const namespace = parse(fields.namespace, 'namespace', given)
    const executor = this.#handle.executor.within(namespace)
    return new StoreHandle(this.#engine, { ...this.#handle, executor, namespace })
  }

  withoutSchema(): StateStore {
    const unchecked = { schema: undefined, schemaVersion: FIRST_VERSION, upcasters: {} }
    return new StoreHandle<StateValue>(this.#engine, { ...this.#handle, ...unchecked })
  }

  async transact<T>(fn: (tx: StateStore<S>) => Promise<T>): Promise<T> {
    if (typeof fn !== 'function') throw new InvalidInputError('fn', 'a function', describe(fn))
    return this.#handle.executor.transact((executor) =>
      fn(new StoreHandle(this.#engine, { ...this.#handle, executor, isInTransaction: true })),
    )
  }

  getMigrationHistory(): Promise<MigrationRecord[]> {
    return this.#handle.executor.read(() => listMigrations(this.#engine.migrations))
  }

  stats(): StoreStats {
    return this.#engine.stats()
  }

  saveAgentState(
    input: records.AgentStateInput<S>,
    options?: records.SaveAgentOptions,
  ): Promise<records.AgentState<S>> {
    return agents.saveAgentState(this.#handle, input, options)
  }

  loadAgentState(agentId: string, options?: records.LoadAgentOptions): Promise<records.AgentState<S> | null> {
    return agents.loadAgentState(this.#handle, agentId, options)
  }

  patchAgentState(
    agentId: string,
    patch: JsonPatch | MergePatch,
    options?: records.ChangeAgentOptions,
  ): Promise<records.AgentSummary> {
    return patchAgentState(this.#handle, agentId, patch, options)
  }

  appendToAgentState(
    agentId: string,
    pointer: string,
    items: readonly unknown[],
    options?: records.ChangeAgentOptions,
  ): Promise<records.AgentSummary> {
    return appendToAgentState(this.#handle, agentId, pointer, items, options)
  }

  forkAgent(agentId: string, options: records.ForkAgentOptions): Promise<records.AgentState<S>> {
    return forkAgent(this.#handle, agentId, options)
  }

  listAgents(filter?: records.ListAgentsFilter): Promise<records.Page<records.AgentSummary>> {
    return agents.listAgents(this.#handle, filter)
  }

  updateAgentStatus(
    agentId: string,
    status: string,
    options?: records.UpdateAgentStatusOptions,
  ): Promise<records.AgentSummary> {
    return agents.updateAgentStatus(this.#handle, agentId, status, options)
  }

  deleteAgent(agentId: string): Promise<boolean> {
    return agents.deleteAgent(this.#handle, agentId)
  }

  purgeAgent(agentId: string, options?: records.PurgeOptions): Promise<records.PurgeReport> {
    return purgeAgent(this.#engine, this.#handle, agentId, options)
  }

  listRevisions(agentId: string, page?: records.PageOptions): Promise<records.Page<records.Revision>> {
    return revisions.listRevisions(this.#handle, agentId, page)
  }

  diffRevisions(
    agentId: string,
    from: number,
    to: number,
    options?: records.ReadOptions,
  ): Promise<JsonPatchOperation[]> {
    return revisions.diffRevisions(this.#handle, agentId, from, to, options)
  }

  blame(agentId: string, pointer: string, options?: records.ReadOptions): Promise<records.Blame | null> {
    return blame(this.#handle, agentId, pointer, options)
  }

  restoreRevision(
    agentId: string,
    version: number,
    options?: records.RestoreRevisionOptions,
  ): Promise<records.AgentState<S>> {
    return revisions.restoreRevision(this.#handle, agentId, version, options)
  }

  pruneRevisions(options?: records.PruneOptions): Promise<records.PruneReport> {
    return pruneRevisions(this.#engine, this.#handle, options)
  }

  recordStateTransition(input: records.StateTransitionInput): Promise<records.StateTransition> {
    return transitions.recordStateTransition(this.#handle, input)
  }

  getStateHistory(agentId: string, page?: records.PageOptions): Promise<records.Page<records.StateTransition>> {
    return transitions.getStateHistory(this.#handle, agentId, page)
  }

  createSnapshot(agentId: string, options?: records.CreateSnapshotOptions): Promise<records.Snapshot> {
    return snapshots.createSnapshot(this.#handle, agentId, options)
  }

  restoreSnapshot(snapshotId: string): Promise<records.AgentState<S>> {
    return snapshots.restoreSnapshot(this.#handle, snapshotId)
  }

  listSnapshots(agentId: string, page?: records.PageOptions): Promise<records.Page<records.Snapshot>> {
    return snapshots.listSnapshots(this.#handle, agentId, page)
  }

  deleteSnapshot(snapshotId: string): Promise<boolean> {
    return snapshots.deleteSnapshot(this.#handle, snapshotId)
  }

  deleteExpiredSnapshots(): Promise<number> {
    return snapshots.deleteExpiredSnapshots(this.#handle)
  }

  saveEvent(input: records.EventInput): Promise<records.Event> {
    return events.saveEvent(this.#handle, input)
  }

  saveEvents(inputs: readonly records.EventInput[]): Promise<records.Event[]> {
    return events.saveEvents(this.#handle, inputs)
  }

  getEvents(sessionId: string, page?: records.PageOptions): Promise<records.Page<records.Event>> {
    return events.getEvents(this.#handle, sessionId, page)
  }

  getEventsByType(eventType: string, page?: records.PageOptions): Promise<records.Page<records.Event>> {
    return events.getEventsByType(this.#handle, eventType, page)
  }

  searchEvents(query: string, options?: records.SearchOptions): Promise<records.Page<records.EventHit>> {
    return searchEvents(this.#handle, query, options)
  }

  saveItem(input: records.ItemInput): Promise<records.Item> {
    return items.saveItem(this.#handle, input)
  }

  saveItems(inputs: readonly records.ItemInput[]): Promise<void> {
    return items.saveItems(this.#handle, inputs)
  }

  getItem(path: readonly string[], key: string, options?: records.ReadOptions): Promise<records.Item | null> {
    return items.getItem(this.#handle, path, key, options)
  }

  deleteItem(path: readonly string[], key: string): Promise<boolean> {
    return items.deleteItem(this.#handle, path, key)
  }

  listItems(filter?: records.ItemFilter): Promise<records.Page<records.Item>> {
    return items.listItems(this.#handle, filter)
  }

  searchItems(query: string, options?: records.ItemFilter): Promise<records.Page<records.ItemHit>> {
    return items.searchItems(this.#handle, query, options)
  }

  listItemPaths(filter?: records.ItemFilter): Promise<records.Page<string[]>> {
    return items.listItemPaths(this.#handle, filter)
  }

  refreshItems(names: readonly records.ItemName[]): Promise<number> {
    return items.refreshItems(this.#handle, names)
  }

  deleteExpiredItems(): Promise<number> {
    return items.deleteExpiredItems(this.#handle)
  }

  saveTask(input: records.TaskInput): Promise<records.Task> {
    return tasks.saveTask(this.#handle, input)
  }

  getTask(taskId: string, options?: records.ReadOptions): Promise<records.Task | null> {
    return tasks.getTask(this.#handle, taskId, options)
  }

  getTasks(filter?: records.TaskFilter): Promise<records.Page<records.Task>> {
    return tasks.getTasks(this.#handle, filter)
  }

  startSession(input: records.SessionInput): Promise<records.Session> {
    return sessions.startSession(this.#handle, input)
  }

  endSession(sessionId: string, options?: records.EndSessionOptions): Promise<records.Session> {
    return sessions.endSession(this.#handle, sessionId, options)
  }

  getSession(sessionId: string, options?: records.ReadOptions): Promise<records.Session | null> {
    return sessions.getSession(this.#handle, sessionId, options)
  }

  listSessions(filter?: records.SessionFilter): Promise<records.Page<records.Session>> {
    return sessions.listSessions(this.#handle, filter)
  }
}
