import { isDeepStrictEqual } from 'node:util'
import { type AnyStateStore, InvalidInputError, type StateStore } from '@descartes/sdk'
import type { RunnableConfig } from '@langchain/core/runnables'
import {
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointTuple,
  maxChannelVersion,
  type PendingWrite,
  type SerializerProtocol,
  TASKS,
} from '@langchain/langgraph-checkpoint'
import { deleteThread } from './delete-thread.ts'
import { describe } from './describe.ts'
import { JoinedWrites } from './joined-writes.ts'
import { configOf, namedBy, type Place, placeOf, writesKey } from './keys.ts'
import { listCheckpoints } from './list-checkpoints.ts'
import { loadCheckpoint } from './load-checkpoint.ts'
import { knownOptions } from './options.ts'
import { forOwnStates } from './own-states.ts'
import { putCheckpoint } from './put-checkpoint.ts'
import { putWrites } from './put-writes.ts'
import { RecentAgents } from './recent-agents.ts'
import { decodeCheckpoint, decodeMetadata, type StoredCheckpoint } from './stored-checkpoint.ts'
import { decodeWrites, writesIn } from './stored-writes.ts'

export interface DescartesSaverOptions {
  /**
   * Whether a run may go on from another checkpoint than the newest one of its thread. `allow` (default): the thread forks,
   * as with time travel. `refuse`: it is refused with `ForkRefusedError`, so that of two runs at once on one thread one
   * fails; and so does time travel.
   */
  forks?: 'allow' | 'refuse' | undefined
  /** How instances of classes are kept, such as messages. Default: LangGraph's `JsonPlusSerializer`. */
  serde?: SerializerProtocol | undefined
}

/**
 * Keeps LangGraph's checkpoints in a Descartes StateStore, on SQLite or PostgreSQL. A thread's checkpoints are the versions
 * of one agent, so each costs what has changed since the one before. They are kept in the store's namespace: savers on
 * handles of different namespaces see nothing of each other. The store stays the caller's, to close too.
 *
 * Of what it has put last, a saver holds up to 40 MiB in memory, so that runs go on without loading it.
 *
 * Every method may throw what the store throws (`StateStoreError`), and `InvalidInputError` for ids that are no strings, or
 * take more than 512 bytes together.
 */
export class DescartesSaver extends BaseCheckpointSaver {
  readonly #store: StateStore
  readonly #forks: 'allow' | 'refuse'
  readonly #recentCheckpoints = new RecentAgents(32 * 2 ** 20)
  readonly #recentWrites = new RecentAgents(8 * 2 ** 20)
  readonly #joinedWrites = new JoinedWrites()

  constructor(store: AnyStateStore, options: DescartesSaverOptions = {}) {
    const { forks = 'allow', serde } = knownOptions(options, 'options', ['forks', 'serde'])
    super(serde)
    if (forks !== 'allow' && forks !== 'refuse')
      throw new InvalidInputError('forks', "'allow' or 'refuse'", describe(forks))
    this.#store = forOwnStates(store)
    this.#forks = forks
  }

  /** A checkpoint with its pending writes: the one that `config` names, or the newest of its thread. */
  async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const { threadId, checkpointNs = '', checkpointId } = namedBy(config)
    if (threadId === undefined) return undefined
    const place = { threadId, checkpointNs }
    const stored = await loadCheckpoint(this.#store, place, checkpointId)
    return stored === undefined ? undefined : this.#toTuple(place, stored)
  }

  /**
   * Checkpoints of a thread, newest first; without `thread_id` of all threads, without `checkpoint_ns` of subgraphs, too.
   * `filter` compares fields of the metadata, deeply.
   */
  async *list(config: RunnableConfig, options: CheckpointListOptions = {}): AsyncGenerator<CheckpointTuple> {
    const named = namedBy(config)
    const before = options.before === undefined ? undefined : namedBy(options.before).checkpointId
    const filter = Object.entries(options.filter ?? {}).filter(([, value]) => value !== undefined)
    let left = options.limit ?? Number.POSITIVE_INFINITY
    if (left <= 0) return
    for await (const { place, stored } of listCheckpoints(this.#store, named, before)) {
      const metadata = (await decodeMetadata(stored, this.serde)) as Record<string, unknown>
      if (!filter.every(([key, value]) => Object.hasOwn(metadata, key) && isDeepStrictEqual(metadata[key], value)))
        continue
      yield await this.#toTuple(place, stored)
      left -= 1
      if (left <= 0) return
    }
  }

  /**
   * Stores a checkpoint, the thread's newest now. One that is there already is replaced; put again as it is, it stays as
   * old as it was, where forks are allowed.
   * @throws ThreadDeletedError when the thread was deleted since `config`'s checkpoint was read.
   * @throws ForkRefusedError when another run has gone on from that checkpoint, and forks are refused.
   */
  async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    const { checkpointId: parentId, ...place } = placeOf(config)
    const put = { checkpoint, parentId, metadata, newVersions }
    await putCheckpoint(this.#store, place, put, {
      forks: this.#forks,
      serde: this.serde,
      recent: this.#recentCheckpoints,
    })
    return configOf(place, checkpoint.id)
  }

  /**
   * Stores what a task has written, for `config`'s checkpoint.
   * @throws ThreadDeletedError when the thread was deleted since that checkpoint was read.
   */
  async putWrites(config: RunnableConfig, writes: PendingWrite[], taskId: string, taskPath = ''): Promise<void> {
    const { checkpointId, ...place } = placeOf(config)
    if (checkpointId === undefined)
      throw new InvalidInputError('configurable.checkpoint_id', 'the id of a checkpoint', 'nothing')
    const put = { writes, taskId, taskPath }
    await putWrites(this.#store, place, checkpointId, put, {
      serde: this.serde,
      recent: this.#recentWrites,
      joined: this.#joinedWrites,
    })
  }

  /**
   * Deletes all checkpoints and writes of a thread, subgraphs' too. What runs that are under way write afterwards is
   * refused; a new run on the same id begins empty.
   */
  async deleteThread(threadId: string): Promise<void> {
    for (const recent of [this.#recentCheckpoints, this.#recentWrites]) recent.forgetAll()
    await deleteThread(this.#store, placeOf({ configurable: { thread_id: threadId } }).threadId)
  }

  async #toTuple(place: Place, stored: StoredCheckpoint): Promise<CheckpointTuple> {
    const { parentId, checkpoint: kept } = stored
    const [checkpoint, metadata, pendingWrites] = await Promise.all([
      decodeCheckpoint(stored, this.serde),
      decodeMetadata(stored, this.serde),
      this.#pendingWrites(place, kept.id),
    ])
    const tuple: CheckpointTuple = { config: configOf(place, kept.id), checkpoint, metadata, pendingWrites }
    if (parentId === null) return tuple
    // What tasks sent to others stood in the parent's writes before version 4 of the format.
    if (checkpoint.v < 4) this.#addSends(checkpoint, await this.#pendingWrites(place, parentId))
    return { ...tuple, parentConfig: configOf(place, parentId) }
  }

  #addSends(checkpoint: Checkpoint, writes: Awaited<ReturnType<typeof decodeWrites>>): void {
    const versions = Object.values(checkpoint.channel_versions)
    checkpoint.channel_values[TASKS] = writes.filter(([, channel]) => channel === TASKS).map(([, , value]) => value)
    checkpoint.channel_versions[TASKS] =
      versions.length > 0 ? maxChannelVersion(...versions) : this.getNextVersion(undefined)
  }

  async #pendingWrites(place: Place, checkpointId: string) {
    return decodeWrites(writesIn(await this.#store.loadAgentState(writesKey(place, checkpointId))), this.serde)
  }
}
