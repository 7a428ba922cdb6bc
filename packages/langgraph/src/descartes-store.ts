import {
  type AnyStateStore,
  FIXED_LIMITS,
  InvalidInputError,
  type Item,
  type ItemInput,
  type StateInput,
  type StateStore,
} from '@descartes/sdk'
import {
  BaseStore,
  JsonPlusSerializer,
  type Operation,
  type OperationResults,
  type SearchItem,
  type SerializerProtocol,
  validateNamespace,
} from '@langchain/langgraph-checkpoint'
import { decodeValue } from './decode-value.ts'
import { describe } from './describe.ts'
import { encodeValue } from './encode-value.ts'
import { findItems } from './find-items.ts'
import { type Indexed, indexedIn, textOf } from './item-text.ts'
import { listNamespaces } from './list-namespaces.ts'
import { knownOptions } from './options.ts'
import { forOwnStates } from './own-states.ts'
import { type Put, type Step, stepOf } from './store-steps.ts'
import { checkedTtl, type Ttl, type TtlOptions, ttlMsOf } from './ttl.ts'

export interface DescartesStoreOptions {
  /** How long items live. Default: for good. */
  ttl?: TtlOptions | undefined
  /**
   * What of a value its words are taken from, where a put does not say: what stands at these paths, such as `title` or
   * `chapters[*].content`; nothing, with `false`. Default: all its strings.
   */
  index?: Indexed | undefined
  /** How instances of classes are kept, such as messages. Default: LangGraph's `JsonPlusSerializer`. */
  serde?: SerializerProtocol | undefined
}

/** How a put is kept. */
export interface PutOptions {
  /** Minutes that the item lives; null: for good. Default: `ttl.defaultTtl`. */
  ttl?: number | null | undefined
}

/** At most so many items are saved by one call of the store, and fewer where their texts have so many characters. */
const SAVED_AT_ONCE = 100
const TEXT_AT_ONCE = 256 * 1024

/** A put that does not delete. */
type Save = Put & { value: object }

type Write = (store: StateStore) => Promise<unknown>

/**
 * Keeps what graphs remember beyond a thread in a Descartes StateStore, on SQLite or PostgreSQL. A search with a `query`
 * is for words: it finds the items whose text holds all of them, the higher the score the better; there are no vectors.
 * They are items of the handle's own namespace. The store stays the caller's, to close too.
 *
 * Every method may throw what the store throws (`StateStoreError`), `InvalidInputError` for arguments that are not
 * accepted, and LangGraph's own `InvalidNamespaceError`. A namespace takes at most 1,024 bytes as JSON, a key 512.
 */
export class DescartesStore extends BaseStore {
  readonly #store: StateStore
  readonly #ttl: Ttl | undefined
  readonly #index: Indexed | undefined
  readonly #serde: SerializerProtocol
  #sweeper: NodeJS.Timeout | undefined

  constructor(store: AnyStateStore, options: DescartesStoreOptions = {}) {
    super()
    const { ttl, index, serde } = knownOptions(options, 'options', ['ttl', 'index', 'serde'])
    this.#store = forOwnStates(store)
    this.#ttl = checkedTtl(ttl)
    this.#index = indexedIn(index, 'index')
    this.#serde = serde ?? new JsonPlusSerializer()
  }

  /**
   * Carries out operations together. Those that read give what was there before; those that write are one commit, all or
   * nothing, and of two puts of one key the last one counts.
   */
  override async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    if (!Array.isArray(operations))
      throw new InvalidInputError('operations', 'an array of operations', describe(operations))
    const steps = operations.map(stepOf)
    const [deleted, saved] = partition(lastPuts(steps))
    const items = await Promise.all(saved.map((put) => this.#itemOf(put)))
    const read: Item[] = []
    const results: unknown[] = []
    for (const step of steps) results.push(await this.#resultOf(step, read))
    const deletes = deleted.map(
      ({ path, key }): Write =>
        (store) =>
          store.deleteItem(path, key),
    )
    await this.#write([...this.#refreshes(read), ...deletes, ...partsOf(items).map(savingOf)])
    return results as OperationResults<Op>
  }

  /** Stores an item, or replaces it. `index`: what of the value its words are taken from. */
  override async put(
    namespace: string[],
    key: string,
    value: Record<string, unknown>,
    index?: Indexed,
    options?: PutOptions,
  ): Promise<void> {
    if (Array.isArray(namespace)) validateNamespace(namespace)
    await this.batch([{ namespace, key, value, index, options } as Operation])
  }

  /** Begins to delete expired items from time to time, if there is a `ttl`. They are out of sight without it. */
  override start(): void {
    if (this.#ttl === undefined || this.#sweeper !== undefined) return
    // What fails is done the next time: nobody waits for it.
    const sweep = () => void this.sweepExpiredItems().catch(() => {})
    this.#sweeper = setInterval(sweep, this.#ttl.sweepIntervalMs)
    this.#sweeper.unref()
  }

  /** Ends what `start` has begun. */
  override stop(): void {
    clearInterval(this.#sweeper)
    this.#sweeper = undefined
  }

  /** Deletes the items whose time is over; resolves with their number. */
  sweepExpiredItems(): Promise<number> {
    return this.#store.deleteExpiredItems()
  }

  /** What an operation gives; what it has read is noted. */
  async #resultOf(step: Step, read: Item[]): Promise<unknown> {
    if (step.kind === 'list') return listNamespaces(this.#store, step)
    if (step.kind === 'get') {
      const item = await this.#store.getItem(step.path, step.key)
      if (item === null) return null
      read.push(item)
      return toLangGraph(item, await this.#decode(item))
    }
    if (step.kind === 'put') return undefined
    const found = await findItems(this.#store, step, (item) => this.#decode(item))
    read.push(...found.map(({ item }) => item))
    return found.map(({ item, value, score }): SearchItem => ({ ...toLangGraph(item, value), score: score as number }))
  }

  async #decode({ value }: Item): Promise<object> {
    return (await decodeValue(value, this.#serde)) as object
  }

  async #itemOf({ path, key, value, index, ttlMs = this.#defaultTtlMs }: Save): Promise<ItemInput & { text: string }> {
    const encoded = (await encodeValue(value, this.#serde)) as StateInput
    const text = textOf(value, index ?? this.#index)
    const { contentBytes } = this.#store.limits
    if (Buffer.byteLength(text) > contentBytes)
      throw new InvalidInputError(
        'value',
        `strings of at most ${contentBytes} bytes to be found by; name some of them in index, or give index: false`,
        `${Buffer.byteLength(text)} bytes`,
      )
    return { path, key, value: encoded, text, ttlMs: ttlMs ?? undefined }
  }

  get #defaultTtlMs(): number | null {
    const minutes = this.#ttl?.defaultTtl
    return minutes === undefined ? null : ttlMsOf(minutes, 'ttl/defaultTtl')
  }

  #refreshes(read: readonly Item[]): Write[] {
    if (!this.#ttl?.refreshOnRead) return []
    const names = read.filter(({ expiresAt }) => expiresAt !== null).map(({ path, key }) => ({ path, key }))
    const { itemsPerCall } = FIXED_LIMITS
    const parts = Array.from({ length: Math.ceil(names.length / itemsPerCall) }, (_, i) =>
      names.slice(i * itemsPerCall, (i + 1) * itemsPerCall),
    )
    return parts.map((part) => (store) => store.refreshItems(part))
  }

  async #write(writes: readonly Write[]): Promise<void> {
    const [first, ...more] = writes
    if (more.length === 0) await first?.(this.#store)
    else
      await this.#store.transact(async (tx) => {
        for (const write of writes) await write(tx)
      })
  }
}

/** Of the puts of one key, the last. */
function lastPuts(steps: readonly Step[]): Put[] {
  const puts = steps.filter((step) => step.kind === 'put')
  return [...new Map(puts.map((put) => [JSON.stringify([put.path, put.key]), put])).values()]
}

function partition(puts: readonly Put[]): [deleted: Put[], saved: Save[]] {
  return [puts.filter(({ value }) => value === null), puts.filter((put): put is Save => put.value !== null)]
}

/** Items in parts that are saved by one call each: on SQLite, nothing else is done meanwhile. */
function partsOf<Item extends { text: string }>(items: readonly Item[]): Item[][] {
  const parts: Item[][] = []
  let characters = 0
  for (const item of items) {
    const part = parts.at(-1)
    if (part !== undefined && part.length < SAVED_AT_ONCE && characters < TEXT_AT_ONCE) part.push(item)
    else {
      parts.push([item])
      characters = 0
    }
    characters += item.text.length
  }
  return parts
}

function savingOf(items: readonly ItemInput[]): Write {
  const [first, ...more] = items as [ItemInput, ...ItemInput[]]
  return more.length === 0 ? (store) => store.saveItem(first) : (store) => store.saveItems(items)
}

function toLangGraph({ path, key, createdAt, updatedAt }: Item, value: object) {
  return { namespace: path, key, value, createdAt, updatedAt }
}
