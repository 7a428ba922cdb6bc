import type { AnyStateStore } from '@descartes/sdk'
import {
  type AgentInputItem,
  MemorySession,
  type OpenAIResponsesCompactionArgs,
  type OpenAIResponsesCompactionOwnershipAwareSession,
  type OpenAIResponsesCompactionResult,
  type RunContext,
} from '@openai/agents'
import { readItems } from './arguments.ts'
import { DescartesSession, type DescartesSessionOptions } from './descartes-session.ts'
import { appendItems, loadHistory, replaceLoaded } from './history.ts'
import { invalid } from './invalid.ts'

/** Makes what decides about compaction, and asks the API for it, such as the SDK's `OpenAIResponsesCompactionSession`. */
export type Compactor = (underlyingSession: MemorySession) => OpenAIResponsesCompactionOwnershipAwareSession

export interface CompactingDescartesSessionOptions extends DescartesSessionOptions {
  /** For example `(underlyingSession) => new OpenAIResponsesCompactionSession({ underlyingSession })`. */
  compactor: Compactor
}

type ModelExchange = Parameters<OpenAIResponsesCompactionOwnershipAwareSession['runCompaction']>[3]

/**
 * A `DescartesSession` that compacts its history in one commit. The SDK's own `OpenAIResponsesCompactionSession` clears the
 * session below it first, and then adds the compacted items: who reads between the two, or comes after a crash there, finds
 * no items. Here it works on a copy in memory, and what it makes of that replaces the history.
 */
export class CompactingDescartesSession
  extends DescartesSession
  implements OpenAIResponsesCompactionOwnershipAwareSession
{
  readonly #compactor: Compactor
  /** The version of the history that each run has read, as long as nobody else has changed it. */
  readonly #owned = new WeakMap<object, number>()

  constructor(store: AnyStateStore, { compactor, ...options }: CompactingDescartesSessionOptions) {
    super(store, options)
    if (typeof compactor !== 'function') throw invalid('compactor', 'a function', compactor)
    this.#compactor = compactor
  }

  /** All items, and what proves to `runCompaction` that they are still the history. */
  async getItemsWithCompactionOwnership(): Promise<{ items: AgentInputItem[]; ownership: object }> {
    const { history, version } = await loadHistory(this.store, this.sessionId)
    const ownership = {}
    this.#owned.set(ownership, version)
    return { items: history.items, ownership }
  }

  /** Appends items; `ownership` stays good if nobody else has changed the history. */
  async addItemsWithCompactionOwnership(items: AgentInputItem[], ownership: object | null): Promise<void> {
    if (readItems(items).length === 0) return
    const version = await appendItems(this.store, this.sessionId, items)
    if (ownership !== null && this.#owned.get(ownership) === version - 1) this.#owned.set(ownership, version)
  }

  /**
   * Compacts the history, if the compactor decides to: null when it does not, or the history is not that of `ownership`.
   * When others change the history while the API is asked, it stays as they leave it; of one that was purged, nothing comes
   * back.
   */
  async runCompaction(
    args?: OpenAIResponsesCompactionArgs,
    runContext?: RunContext<unknown>,
    ownership?: object | null,
    modelExchange?: ModelExchange,
  ): Promise<OpenAIResponsesCompactionResult | null> {
    const loaded = await loadHistory(this.store, this.sessionId)
    const { history, version } = loaded
    if (ownership === null || (ownership !== undefined && this.#owned.get(ownership) !== version)) return null
    const copy = new MemorySession({ sessionId: this.sessionId, initialItems: history.items })
    const compactor = this.#compactor(copy)
    if (typeof compactor?.runCompaction !== 'function')
      throw invalid('compactor', 'a function that gives a compaction session', compactor)
    const owned = ownership && (await compactor.getItemsWithCompactionOwnership()).ownership
    const result = await compactor.runCompaction(args, runContext, owned, modelExchange)
    if (result === null) return null
    const isSaved = await replaceLoaded(this.store, this.sessionId, loaded, await copy.getItems())
    if (isSaved && ownership) this.#owned.set(ownership, version + 1)
    return result
  }
}
