import { MoveRefusedError } from '../errors.ts'
import { MOVE } from '../migrations/pending.ts'
import type { Position } from './tables.ts'

/** How far a move is: all rows of the tables before this one are copied, and of this one those up to the position. */
export interface Mark {
  /** The identity of the source. */
  from: string
  table: string
  position?: Position | undefined
}

/** Where the mark stands, on every engine. */
export const READ_MARK = `SELECT logs FROM _prisma_migrations WHERE migration_name = '${MOVE}'`
export const REMOVE_MARK = `DELETE FROM _prisma_migrations WHERE migration_name = '${MOVE}'`

export function writeMark(mark: Mark): string {
  return JSON.stringify(mark)
}

export function readMark(text: string): Mark {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MoveRefusedError('the mark of the move cannot be read; begin anew, with force', { cause })
  }
}

/** The error for a mark that somebody else has moved. */
export function otherMove(): MoveRefusedError {
  return new MoveRefusedError('another move into this database is under way; wait for its end')
}

/** A target that has rows in it. */
export class NotEmpty extends MoveRefusedError {
  constructor(table: string) {
    super(`the target is not empty: it has rows in ${table}; name another, or say force, which removes them`)
    this.name = MoveRefusedError.name
  }
}

/** The error for a target that a move before has filled. */
export function finishedBefore(): MoveRefusedError {
  return new MoveRefusedError(
    'this source has been moved into this target already, and the two are the same: there is nothing to move',
  )
}
