import { type MoveProgress, type MoveReport, moveDatabase } from '@descartes/store'
import * as v from 'valibot'
import * as fields from './fields.ts'
import { parse } from './parse.ts'

export interface MoveStoreOptions {
  /** The url of the database that is moved, as `openStateStore` takes it. It is only read. */
  from: string
  /** The url of the database that it is moved into. A file is created when it is not there. */
  to: string
  /** The most rows of one commit, and of one read: 1 to 10,000, default 1,000. Less of large rows. */
  batchRows?: number | undefined
  /** Empties the target first, whatever it holds. Default false: a target with rows in it is refused. */
  force?: boolean | undefined
  /** Ends the move after the batch that is under way. Moving again goes on from there. */
  signal?: AbortSignal | undefined
  /** Called after each batch. What it throws ends the move. */
  onProgress?: ((progress: MoveProgress) => void) | undefined
}

const URL = v.custom<string>((value) => typeof value === 'string' && value !== '', 'a url')

const OPTIONS = v.strictObject({
  from: URL,
  to: URL,
  batchRows: v.optional(fields.integer(1, 10_000), 1_000),
  force: v.optional(fields.flag, false),
  signal: v.optional(v.custom<AbortSignal>((value) => value instanceof AbortSignal, 'an AbortSignal')),
  onProgress: v.optional(fields.callback<(progress: MoveProgress) => void>()),
})

/**
 * Moves a store with all its namespaces into another database, SQLite or PostgreSQL, and compares every row of the two.
 * Until it is finished, no store opens the target. After an end of any kind, the same call goes on where it was.
 * @throws InvalidInputError, CannotOpenError, MoveRefusedError, MoveMismatchError, RowRefusedError, SourceChangedError,
 * SchemaTooNewError, StoreBusyError, StorageFullError, StorageFailedError
 */
export async function moveStore(options: MoveStoreOptions): Promise<MoveReport> {
  return moveDatabase(parse(OPTIONS, 'options', options))
}
