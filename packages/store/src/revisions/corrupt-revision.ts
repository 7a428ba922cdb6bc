import { CorruptDataError } from '../errors.ts'

/** The error for stored bytes from which no revision can be rebuilt. */
export function corruptRevision(reason: string, cause?: unknown): CorruptDataError {
  return new CorruptDataError('agent_revisions.data', reason, cause === undefined ? {} : { cause })
}
