import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import type { Reclaimed, ReclaimProgress } from '../engine.ts'
import { jitter, stillBusy } from './busy.ts'
import type { Connection } from './connection.ts'
import { isBusy, translate } from './driver-errors.ts'
import { mergeSearchIndexes } from './merge-search-indexes.ts'
import type { Writer } from './writer.ts'

/** Pages given back in one write, so that other writers get in between. */
const PAGES_AT_ONCE = 256

/** What a store gives back when it is closed: not so little that it does not pay, nor so much that it takes long. */
const LEAST_PAGES = 4
const MOST_PAGES = 4096

/** Sizes of the file's parts, and whether pages can be given back. */
const PRAGMAS = ['page_size', 'page_count', 'freelist_count', 'auto_vacuum'] as const

/** See `Engine.reclaim`. */
export async function reclaim(
  writer: Writer,
  busyTimeoutMs: number,
  onProgress: (progress: ReclaimProgress) => void = () => {},
): Promise<Reclaimed> {
  const { page_size: pageSize, page_count: before, freelist_count: free, auto_vacuum: mode } = await pragmas(writer)
  // A file that was made without this mode gets it by being copied whole.
  if (mode === 0) await keepUp(writer, busyTimeoutMs, copyWhole)
  else {
    for (let left = free; left > 0; ) {
      const now = await writer.write(givePagesBack)
      onProgress({ done: Math.max(0, free - now) * pageSize, total: free * pageSize })
      if (now >= left) break
      left = now
    }
  }
  await keepUp(writer, busyTimeoutMs, emptyLog)
  const { page_count: after } = await pragmas(writer)
  return { bytesBefore: before * pageSize, bytesAfter: after * pageSize }
}

/**
 * See `Engine.scrub`. SQLite moves rows from page to page as tables grow and shrink, and what it moved away stays in the
 * page's unused part, whatever `secure_delete` says: only a copy of the whole database is without it.
 */
export async function scrub(writer: Writer, busyTimeoutMs: number): Promise<Reclaimed> {
  const { page_size: pageSize, page_count: before } = await pragmas(writer)
  await mergeSearchIndexes(writer)
  await keepUp(writer, busyTimeoutMs, copyWhole)
  await keepUp(writer, busyTimeoutMs, emptyLog)
  const { page_count: after } = await pragmas(writer)
  return { bytesBefore: before * pageSize, bytesAfter: after * pageSize }
}

function pragmas(writer: Writer): Promise<Record<(typeof PRAGMAS)[number], number>> {
  return writer.upkeep(({ database }) => {
    const entries = PRAGMAS.map((name) => [name, database.pragma(name, { simple: true }) as number])
    return Object.fromEntries(entries)
  })
}

function givePagesBack({ database }: Connection): number {
  database.pragma(`incremental_vacuum(${PAGES_AT_ONCE})`)
  return database.pragma('freelist_count', { simple: true }) as number
}

function copyWhole({ database }: Connection): void {
  database.exec('VACUUM')
}

/** True when all of the log is in the database, and the log's file is empty; false while somebody reads from it. */
function emptyLog({ database }: Connection): boolean {
  const [row] = database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
  return row?.busy !== 1
}

/** Runs upkeep, again and again while it says false or the database is locked. */
async function keepUp(writer: Writer, timeoutMs: number, job: (connection: Connection) => unknown): Promise<void> {
  const started = performance.now()
  for (;;) {
    const done = await writer.upkeep(job).catch((error: unknown) => {
      if (!isBusy(error)) throw translate(error)
      return false
    })
    if (done !== false) return
    const waited = performance.now() - started
    if (waited >= timeoutMs) throw stillBusy(waited, undefined)
    await sleep(jitter())
  }
}

/** Gives back what large states leave free when they move, which nobody else will while the store is closed. */
export function giveRoomBack({ database }: Connection): void {
  try {
    if ((database.pragma('freelist_count', { simple: true }) as number) < LEAST_PAGES) return
    database.pragma(`incremental_vacuum(${MOST_PAGES})`)
  } catch (error) {
    // Somebody else is writing, and needs the room, or will give it back. A disk that fails is no reason not to close.
    if (!(error instanceof Database.SqliteError)) throw error
  }
}
