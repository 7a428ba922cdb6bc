import {
  CommitUnknownError,
  MoveMismatchError,
  MoveRefusedError,
  SourceChangedError,
  StorageFailedError,
} from '../errors.ts'
import { isPostgresql } from '../open-engine.ts'
import { finishedBefore, type Mark, NotEmpty, readMark, writeMark } from './mark.ts'
import { pagesOf, type Source, type Target } from './side.ts'
import { requireSameTables, type Table, valuesOf } from './tables.ts'
import { type TableDigest, verifyTable } from './verify.ts'

export interface MoveOptions {
  from: string
  to: string
  batchRows: number
  force: boolean
  signal?: AbortSignal | undefined
  onProgress?: ((progress: MoveProgress) => void) | undefined
}

/** How far a move is. */
export interface MoveProgress {
  /** Rows are copied first; then those of both databases are compared. */
  phase: 'copy' | 'verify'
  table: string
  /** Rows of this table done in this phase, with those that a move before has copied. */
  done: number
  /** Rows of this table in the source. */
  total: number
}

/** What was moved. */
export interface MoveReport {
  /** Rows of all tables. */
  rows: number
  /** True when a move before was taken up where it ended. */
  resumed: boolean
  /** Each table, as both databases hold it. */
  tables: TableDigest[]
}

interface Move extends MoveOptions {
  source: Source
  target: Target
  tables: Table[]
}

/** Copies every row of a database into another, and compares the two. The source is only read. */
export async function moveDatabase(options: MoveOptions): Promise<MoveReport> {
  options.signal?.throwIfAborted()
  const source = await openSource(options.from)
  try {
    // A source that is refused leaves no new target behind.
    const tables = await source.tables()
    const target = await openTarget(options.to)
    try {
      return await move(options, source, target, tables)
    } finally {
      await target.close()
    }
  } catch (error) {
    throw isCutOff(error) ? cutOff(error) : error
  } finally {
    await source.close()
  }
}

function isCutOff(error: unknown): error is Error {
  return error instanceof CommitUnknownError || (error instanceof StorageFailedError && error.retryable)
}

/** What was said of one statement is not true of the whole: batches before it are stored. */
function cutOff(error: Error): StorageFailedError {
  const reason = error.cause instanceof Error ? error.cause.message : error.message
  return new StorageFailedError(
    `the move was cut off: a database is out of reach (${reason}); what was copied is kept: run the same move again, and it goes on`,
    { cause: error, retryable: true },
  )
}

async function openSource(url: string): Promise<Source> {
  if (isPostgresql(url)) return (await import('./postgresql.ts')).openPostgresqlSource(url)
  return (await import('./sqlite.ts')).openSqliteSource(url)
}

async function openTarget(url: string): Promise<Target> {
  if (isPostgresql(url)) return (await import('./postgresql.ts')).openPostgresqlTarget(url)
  return (await import('./sqlite.ts')).openSqliteTarget(url)
}

async function move(options: MoveOptions, source: Source, target: Target, tables: Table[]): Promise<MoveReport> {
  if (source.place === target.place) throw new MoveRefusedError('the source and the target are the same database')
  requireSameTables(tables, await target.tables())
  const stamp = await source.stamp()
  const context: Move = { ...options, source, target, tables }
  const { mark, resumed } = await markOf(context, stamp)
  const last = await copy(context, mark)
  const digests = await verify(context, stamp)
  if ((await source.stamp()) !== stamp) throw new SourceChangedError()
  await target.finish(last, await source.lastEventNumber())
  return { rows: digests.reduce((sum, { rows }) => sum + rows, 0), resumed, tables: digests }
}

/** The mark of a move that was begun before, or a new one. */
async function markOf(context: Move, stamp: string): Promise<{ mark: Mark; resumed: boolean }> {
  const { source, target, tables, force } = context
  const text = await target.readMark()
  if (text !== undefined && !force) {
    const mark = readMark(text)
    if (mark.from !== source.identity)
      throw new MoveRefusedError(
        'a move from another database into this one is unfinished; finish that one, or say force, which begins anew',
      )
    return { mark, resumed: true }
  }
  const mark = { from: source.identity, table: (tables[0] as Table).name }
  try {
    await target.begin(tables, writeMark(mark), { empty: force })
  } catch (error) {
    throw error instanceof NotEmpty && (await isMoved(context, stamp)) ? finishedBefore() : error
  }
  return { mark, resumed: false }
}

/** True if the target holds all that the source holds, and nothing else. */
async function isMoved(context: Move, stamp: string): Promise<boolean> {
  const { source, target, tables } = context
  for (const table of tables) if ((await source.count(table)) !== (await target.count(table))) return false
  return verify(context, stamp).then(
    () => true,
    (error) => {
      if (error instanceof MoveMismatchError) return false
      throw error
    },
  )
}

/** Copies what comes after the mark; the last mark's text. */
async function copy({ source, target, tables, batchRows, signal, onProgress }: Move, mark: Mark): Promise<string> {
  let text = writeMark(mark)
  for (const table of tables.slice(tables.findIndex(({ name }) => name === mark.table))) {
    const total = await source.count(table)
    const position = table.name === mark.table ? mark.position : undefined
    let done = position === undefined ? 0 : await target.count(table)
    onProgress?.({ phase: 'copy', table: table.name, done, total })
    for await (const rows of pagesOf(source, table, table.copyOrder, position, batchRows)) {
      signal?.throwIfAborted()
      const next = { from: mark.from, table: table.name, position: valuesOf(table, rows.at(-1) ?? [], table.copyOrder) }
      await target.add(table, rows, text, writeMark(next))
      text = writeMark(next)
      done += rows.length
      onProgress?.({ phase: 'copy', table: table.name, done, total })
    }
  }
  return text
}

async function verify(
  { source, target, tables, batchRows, signal, onProgress }: Move,
  stamp: string,
): Promise<TableDigest[]> {
  try {
    return await source.onSnapshot(() =>
      target.onSnapshot(async () => {
        const digests: TableDigest[] = []
        for (const table of tables) {
          const total = await source.count(table)
          let done = 0
          const digest = await verifyTable(table, source, target, batchRows, (rows) => {
            signal?.throwIfAborted()
            done += rows
            onProgress?.({ phase: 'verify', table: table.name, done, total })
          })
          digests.push(digest)
        }
        return digests
      }),
    )
  } catch (error) {
    // Where somebody has written to the source meanwhile, that is why.
    if (signal?.aborted || (await source.stamp()) === stamp) throw error
    throw new SourceChangedError({ cause: error })
  }
}
