import type { Connection } from './connection.ts'
import type { Writer } from './writer.ts'

/** Pages written in one write, so that other writers get in between: a few milliseconds. */
const PAGES_AT_ONCE = 64
/** An index of more pages than this has segments of several levels. */
const ONE_LEVEL = 2048

/** A full-text index, and the column of its table that it is of. */
interface Index {
  readonly name: string
  readonly column: string
}

const INDEXES: readonly Index[] = [
  { name: 'events_fts', column: 'content' },
  { name: 'items_fts', column: 'text' },
]

/**
 * Writes the full-text indexes anew, each as one segment, from the segments that it has. For a row that is deleted, an
 * entry is added that its words no longer count; they themselves leave the index only when its oldest segments are merged.
 */
export async function mergeSearchIndexes(writer: Writer): Promise<void> {
  for (const index of INDEXES) await mergeIndex(writer, index)
}

async function mergeIndex(writer: Writer, index: Index): Promise<void> {
  const pages = await writer.write((connection) => countPages(connection, index))
  if (pages <= PAGES_AT_ONCE) {
    await writer.write((connection) => rebuild(connection, index))
    return
  }
  await mergeAll(writer, index, pages)
  // Segments that were all of one level may have been merged as if there were older ones; now there is another level.
  if (pages <= ONE_LEVEL) await mergeAll(writer, index, pages)
}

async function mergeAll(writer: Writer, index: Index, pages: number): Promise<void> {
  let changes = await writer.write((connection) => beginMerge(connection, index))
  // So many steps at most, or writers that go on could give a merge ever more to do. One change is the command itself.
  for (let left = pages + PAGES_AT_ONCE; left > 0 && changes > 1; left -= PAGES_AT_ONCE)
    changes = await writer.write((connection) => merge(connection, index, PAGES_AT_ONCE))
}

function countPages({ database }: Connection, { name }: Index): number {
  return database.prepare(`SELECT count(*) FROM ${name}_idx`).pluck().get() as number
}

/** Makes the index from the rows themselves: of a small one, that is as fast. */
function rebuild(connection: Connection, { name }: Index): void {
  connection.writes++
  connection.database.exec(`INSERT INTO ${name} (${name}) VALUES ('rebuild')`)
}

/**
 * A single segment would be left as it is, and with it what is deleted in it. So there must be one more: an entry that is
 * added and deleted at once leaves one. A merge by the way, which adding could set off, would make it a single one again.
 */
function beginMerge(connection: Connection, index: Index): number {
  const { name, column } = index
  const { database } = connection
  connection.writes++
  const mode = `SELECT v FROM ${name}_config WHERE k = 'automerge'`
  const automerge = database.prepare<[], number>(mode).pluck().get() as number
  const set = database.prepare(`INSERT INTO ${name} (${name}, rank) VALUES ('automerge', CAST(? AS INTEGER))`)
  set.run(0)
  database.exec(`INSERT INTO ${name} (rowid, ${column}) VALUES (-1, 'nothing')`)
  database.exec(`INSERT INTO ${name} (${name}, rowid, ${column}) VALUES ('delete', -1, 'nothing')`)
  const changes = merge(connection, index, -PAGES_AT_ONCE)
  set.run(automerge)
  return changes
}

/** A negative number of pages begins to merge all segments, a positive one goes on; tells how much was written. */
function merge(connection: Connection, { name }: Index, pages: number): number {
  const { database } = connection
  const changes = database.prepare<[], number>('SELECT total_changes()').pluck()
  const before = changes.get() as number
  connection.writes++
  database.prepare(`INSERT INTO ${name} (${name}, rank) VALUES ('merge', CAST(? AS INTEGER))`).run(pages)
  return (changes.get() as number) - before
}
