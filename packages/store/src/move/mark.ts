import { MoveRefusedError } from '../errors.ts'
import type { Position } from './tables.ts'

/** How far a move is: all rows of the tables before this one are copied, and of this one those up to the position. */
export interface Mark {
  /** The identity of the source. */
  from: string
  table: string
  position?: Position | undefined
}

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
