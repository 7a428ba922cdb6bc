import type { Connection } from './connection.ts'
import type { Writer } from './writer.ts'

/** Pages written in one write, so that other writers get in between: a few milliseconds. */
const PAGES_AT_ONCE = 64
/** An index of more pages than this has segments of several levels. */
const ONE_LEVEL = 2048

/**
 * Writes the full-text index anew, as one segment, from the segments that it has. For an event that is deleted, an entry
 * is added that its words no longer count; they themselves leave the index only when its oldest segments are merged.
 */
export async function mergeSearchIndex(writer: Writer): Promise<void> {
  const pages = await writer.write(countPages)
  if (pages <= PAGES_AT_ONCE) {
    await writer.write(rebuild)
    return
  }
  await mergeAll(writer, pages)
  // Segments that were all of one level may have been merged as if there were older ones; now there is another level.
  if (pages <= ONE_LEVEL) await mergeAll(writer, pages)
}

async function mergeAll(writer: Writer, pages: number): Promise<void> {
  let changes = await writer.write(beginMerge)
  // So many steps at most, or writers that go on could give a merge ever more to do. One change is the command itself.
  for (let left = pages + PAGES_AT_ONCE; left > 0 && changes > 1; left -= PAGES_AT_ONCE)
    changes = await writer.write((connection) => merge(connection, PAGES_AT_ONCE))
}

function countPages({ database }: Connection): number {
  return database.prepare('SELECT count(*) FROM events_fts_idx').pluck().get() as number
}

/** Makes the index from the events themselves: of a small one, that is as fast. */
function rebuild(connection: Connection): void {
  connection.writes++
  connection.database.exec(`INSERT INTO events_fts (events_fts) VALUES ('rebuild')`)
}

/**
 * A single segment would be left as it is, and with it what is deleted in it. So there must be one more: an entry that is
 * added and deleted at once leaves one. A merge by the way, which adding could set off, would make it a single one again.
 */
function beginMerge(connection: Connection): number {
  const { database } = connection
  connection.writes++
  const mode = `SELECT v FROM events_fts_config WHERE k = 'automerge'`
  const automerge = database.prepare<[], number>(mode).pluck().get() as number
  const set = database.prepare(`INSERT INTO events_fts (events_fts, rank) VALUES ('automerge', CAST(? AS INTEGER))`)
  set.run(0)
  database.exec(`INSERT INTO events_fts (rowid, content) VALUES (-1, 'nothing')`)
  database.exec(`INSERT INTO events_fts (events_fts, rowid, content) VALUES ('delete', -1, 'nothing')`)
  const changes = merge(connection, -PAGES_AT_ONCE)
  set.run(automerge)
  return changes
}

/** A negative number of pages begins to merge all segments, a positive one goes on; tells how much was written. */
function merge(connection: Connection, pages: number): number {
  const { database } = connection
  const changes = database.prepare<[], number>('SELECT total_changes()').pluck()
  const before = changes.get() as number
  connection.writes++
  database.prepare(`INSERT INTO events_fts (events_fts, rank) VALUES ('merge', CAST(? AS INTEGER))`).run(pages)
  return (changes.get() as number) - before
}
