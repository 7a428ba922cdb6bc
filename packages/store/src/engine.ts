import type { PrismaClient } from '@descartes/store/client'
import type { Migration } from './migrations/migration.ts'
import type { Operation } from './operation.ts'

/** An answer that may be behind what is committed. */
export interface Answer<T> {
  readonly result: T
  /** Who gave it: a replica, or `PRIMARY`, who is never behind. */
  readonly server: string
}

export const PRIMARY = 'primary'

/** Where operations run: an engine, or a transaction open on one. */
export interface Executor {
  /** Runs an operation that only reads. */
  read<T>(operation: () => Operation<T>): Promise<T>
  /**
   * The same where the answer may be behind: on a replica, if there is one, outside of transactions. What goes on where
   * an answer of `server` ended must be no older: it runs on that very replica, or else on the primary.
   */
  readEventually<T>(operation: () => Operation<T>, server?: string): Promise<Answer<T>>
  /** Runs an operation that writes; resolves once it is durable (inside a transaction: once it is carried out). */
  write<T>(operation: () => Operation<T>): Promise<T>
  /**
   * Runs `work` in a transaction of its own (inside a transaction: in a savepoint). Commits when `work` resolves, rolls
   * back when it rejects. While it is open, only the executor given to `work` may be used from inside `work`.
   */
  transact<T>(work: (transaction: Executor) => Promise<T>): Promise<T>
  /**
   * The same for one namespace. Where the database has a wall between namespaces (row-level security), what runs in it can
   * neither see nor write rows of any other. Operations name their namespace all the same.
   */
  within(namespace: string): Executor
  /** True where metadata is stored as PostgreSQL's `jsonb`, which gives it back in a text of its own. */
  readonly hasJsonb: boolean
  /** The generated client on this executor, not held to a namespace. Loaded on first use (about 100 ms). */
  readonly prisma: PrismaClient
}

/** A database that is open, at the current schema. */
export interface Engine extends Executor {
  /** Those that the database is brought to the current schema by. */
  readonly migrations: readonly Migration[]
  /** Counts since opening, and what is going on now. */
  stats(): EngineStats
  /**
   * Gives the room of what was deleted back to the file system, and empties the log. In steps, between which other writes
   * go on; but a file from before version 0.2 is copied whole once.
   * Throws `StoreBusyError` when another process reads for too long; calling again goes on.
   */
  reclaim(onProgress?: (progress: ReclaimProgress) => void): Promise<Reclaimed>
  /**
   * The same, and removes from the files what deleting leaves behind: words of deleted rows in the search indexes, and
   * copies of rows in unused parts of pages. For this the whole file is copied, which takes as much room again, and other
   * writes wait.
   */
  scrub(): Promise<Scrubbed>
  /** Refuses new calls, lets the ones under way finish, and closes the connections. Idempotent. */
  close(): Promise<void>
}

/** How far reclaiming is. */
export interface ReclaimProgress {
  /** Bytes given back so far. */
  done: number
  /** Bytes that were free at the start. */
  total: number
}

/** Sizes of the database, in bytes, before and after reclaiming. */
export interface Reclaimed {
  bytesBefore: number
  bytesAfter: number
}

export interface Scrubbed extends Reclaimed {
  /** False where the database may not be written anew by whom it was opened as: a role that does not own the tables. */
  isScrubbed: boolean
}

/** What the engine did since it was opened, and what it is doing now. */
export interface EngineStats {
  connections: {
    /** The most connections that may be open. */
    max: number
    /** Connections open now. */
    open: number
    /** Connections held by an open transaction now. */
    inUse: number
    /** Writes and transactions that wait for the writer now. */
    waiting: number
    /** Connections to replicas open now; they come on top of the others. */
    replicas: number
  }
  writes: {
    /** Writes and transactions in the writer's queue now. */
    queued: number
    /** Batches committed. */
    batches: number
    /** Writes committed in batches. */
    committed: number
    /** The most writes that one batch committed. */
    largestBatch: number
    /** Batches rolled back and run again without the write that broke them. */
    replays: number
    /** Times that another process held the lock and a batch was tried again. */
    busyRetries: number
  }
  transactions: {
    /** Exclusive transactions open now (0 or 1 on SQLite). */
    open: number
    committed: number
    rolledBack: number
  }
}
