import type { StateStore } from '@descartes/sdk'
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
import { appendItems, loadHistory, saveHistory } from './history.ts'

/** Makes what decides about compaction, and asks the API for it, such as the SDK's `OpenAIResponsesCompactionSession`. */
export type Compactor = (underlyingSession: MemorySession) => OpenAIResponsesCompactionOwnershipAwareSession

export interface CompactingDescartesSessionOptions extends DescartesSessionOptions {
  /** For example `(underlyingSession) => new OpenAIResponsesCompactionSession({ underlyingSession })`. */
  compactor: Compactor
}

type ModelExchange = Parameters<OpenAIResponsesCompactionOwnershipAwareSession['runCompaction']>[3]

/** What a run holds of the history that it has read: the version, as long as nobody else has changed it. */
class Ownership {
  constructor(public version: number) {}
}

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

  constructor(store: StateStore, { compactor, ...options }: CompactingDescartesSessionOptions) {
    super(store, options)
    this.#compactor = compactor
  }

  /** All items, and what proves to `runCompaction` that they are still the history. */
  async getItemsWithCompactionOwnership(): Promise<{ items: AgentInputItem[]; ownership: object }> {
    const { history, version } = await loadHistory(this.store, this.sessionId)
    return { items: history.items, ownership: new Ownership(version) }
  }

  /** Appends items; `ownership` stays good if nobody else has changed the history. */
  async addItemsWithCompactionOwnership(items: AgentInputItem[], ownership: object | null): Promise<void> {
    if (readItems(items).length === 0) return
    const version = await appendItems(this.store, this.sessionId, items)
    if (ownership instanceof Ownership && version === ownership.version + 1) ownership.version = version
  }

  /**
   * Compacts the history, if the compactor decides to: null when it does not, or the history is not that of `ownership`.
   * When others change the history while the API is asked, it stays as they leave it.
   */
  async runCompaction(
    args?: OpenAIResponsesCompactionArgs,
    runContext?: RunContext<unknown>,
    ownership?: object | null,
    modelExchange?: ModelExchange,
  ): Promise<OpenAIResponsesCompactionResult | null> {
    const { history, version } = await loadHistory(this.store, this.sessionId)
    if (ownership !== undefined && !(ownership instanceof Ownership && ownership.version === version)) return null
    const copy = new MemorySession({ sessionId: this.sessionId, initialItems: history.items })
    const compactor = this.#compactor(copy)
    const owned = ownership && (await compactor.getItemsWithCompactionOwnership()).ownership
    const result = await compactor.runCompaction(args, runContext, owned, modelExchange)
    if (result === null) return null
    const compacted = { ...history, items: await copy.getItems() }
    const isSaved = await saveHistory(this.store, this.sessionId, compacted, version)
    if (isSaved && ownership) ownership.version = version + 1
    return result
  }
}
