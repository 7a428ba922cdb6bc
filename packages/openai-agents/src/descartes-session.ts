import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { AnyStateStore, StateStore } from '@descartes/sdk'
import {
  type AgentInputItem,
  applySessionHistoryMutations,
  type SessionHistoryRewriteArgs,
  type SessionHistoryRewriteAwareSession,
  type SessionHistoryTransactionArgs,
  type SessionHistoryTransactionAwareSession,
} from '@openai/agents'
import { readItems, readLimit, readMutations, readOptions, readSessionId, readStore } from './arguments.ts'
import { agentIdOf, appendItems, changeHistory, clearHistory, loadHistory, replaceItems } from './history.ts'
import { applyOperation, readOperation } from './transaction.ts'

export interface DescartesSessionOptions {
  /** 1 to 508 bytes as JSON, without NUL, in Unicode normal form C. Default: a new UUID, and so a new session. */
  sessionId?: string | undefined
}

/**
 * Keeps a conversation of the OpenAI Agents SDK in a Descartes StateStore, on SQLite or PostgreSQL. A session is one agent
 * of the store, in the namespace of the handle, and each change of it a version, so that it costs what has changed. Several
 * processes may use one session. The store stays the caller's, to close too.
 *
 * Every method may throw what the store throws (`StateStoreError`): `InvalidInputError` for what cannot be kept exactly,
 * and `AgentDeletedError` for what is written to a session whose agent was deleted.
 */
export class DescartesSession implements SessionHistoryTransactionAwareSession, SessionHistoryRewriteAwareSession {
  /** The agent of the store that holds the session: to look back, fork, prune, delete and purge. */
  readonly agentId: string
  protected readonly store: StateStore
  protected readonly sessionId: string

  constructor(store: AnyStateStore, options: DescartesSessionOptions = {}) {
    this.store = readStore(store)
    const { sessionId = randomUUID() } = readOptions(options, ['sessionId'])
    this.sessionId = readSessionId(sessionId)
    this.agentId = agentIdOf(this.sessionId)
  }

  async getSessionId(): Promise<string> {
    return this.sessionId
  }

  /** The newest `limit` items, or all of them, oldest first; none for a limit of 0 or less. */
  async getItems(limit?: number): Promise<AgentInputItem[]> {
    const count = readLimit(limit)
    if (count <= 0) return []
    const { history } = await loadHistory(this.store, this.sessionId)
    return history.items.slice(-count)
  }

  /** Appends items, all of them in one commit; nothing is loaded for it. Leave them as they are until it resolves. */
  async addItems(items: AgentInputItem[]): Promise<void> {
    if (readItems(items).length > 0) await appendItems(this.store, this.sessionId, items)
  }

  /**
   * Removes the newest item, and gives it back: to one of those that ask at the same time.
   * @throws SessionBusyError
   */
  async popItem(): Promise<AgentInputItem | undefined> {
    const { items } = await changeHistory(this.store, this.sessionId, (history) =>
      history.items.length === 0 ? undefined : { ...history, items: history.items.slice(0, -1) },
    )
    return items.at(-1)
  }

  /** Removes all items, and forgets the operations that were applied. The versions before stay in the history. */
  async clearSession(): Promise<void> {
    await clearHistory(this.store, this.sessionId)
  }

  /** Puts items in the place of all, in one commit. Operations that were applied stay applied. */
  async replaceHistoryWithCompaction(items: AgentInputItem[]): Promise<void> {
    await replaceItems(this.store, this.sessionId, readItems(items))
  }

  /**
   * Replaces function calls by others.
   * @throws SessionBusyError
   */
  async applyHistoryMutations(args: SessionHistoryRewriteArgs): Promise<void> {
    const mutations = readMutations(args)
    await changeHistory(this.store, this.sessionId, (history) => {
      const items = applySessionHistoryMutations(history.items, mutations)
      return isDeepStrictEqual(items, history.items) ? undefined : { ...history, items }
    })
  }

  /**
   * Changes the history and remembers the operation, in one commit. Repeated, it changes nothing.
   * @throws OperationReusedError when the operation was applied with another transaction.
   * @throws SuffixMismatchError when the history does not end with `expectedSuffix`.
   * @throws SessionBusyError
   */
  async applyHistoryTransaction(args: SessionHistoryTransactionArgs): Promise<void> {
    const operation = readOperation(args)
    await changeHistory(this.store, this.sessionId, (history) => applyOperation(this.sessionId, history, operation))
  }
}
