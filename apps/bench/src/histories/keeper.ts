import fs from 'node:fs'
import Database from 'better-sqlite3'
import type { Change } from '../data/conversation.ts'

/** Keeps every state of one agent, so that each can be had back. */
export interface Keeper {
  /** Saves the state after a turn. */
  save(turn: number, state: unknown, change: Change): Promise<void>
  /** The state that was saved after a turn. */
  read(turn: number): Promise<unknown>
  /** How many states are kept. */
  count(): Promise<number>
  close(): Promise<void>
}

/** A way of keeping histories, on a file that is not there yet, or on the one that it has made. */
export interface KeeperKind {
  readonly title: string
  open(path: string): Promise<Keeper>
}

/** Bytes that a closed database takes on disk. */
export function bytesOnDisk(path: string): number {
  return [path, `${path}-wal`].reduce((sum, file) => sum + (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0)
}

/** Brings the write-ahead log of an open database into it, and cuts it to nothing. */
export function emptyLog(path: string): void {
  const database = new Database(path, { timeout: 5000, fileMustExist: true })
  try {
    const [row] = database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
    if (row?.busy !== 0) throw new Error(`${path}: the log is in use`)
  } finally {
    database.close()
  }
}
