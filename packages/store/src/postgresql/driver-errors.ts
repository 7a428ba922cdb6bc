import {
  CommitUnknownError,
  InvalidInputError,
  StateStoreError,
  StorageFailedError,
  StorageFullError,
  StoreBusyError,
} from '../errors.ts'

/** An error of the server, with its SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
interface ServerError extends Error {
  readonly code: string
}

const [SERIALIZATION, DEADLOCK, UNIQUE] = ['40001', '40P01', '23505']
/** Characters that a text or a jsonb cannot hold. */
const NO_NUL = ['22021', '22P05']
const [LOCK_TIMEOUT, CANCELED, DISK_FULL, READ_ONLY] = ['55P03', '57014', '53100', '25006']

/** True for an error that the server has reported. */
export function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && /^[0-9A-Z]{5}$/.test(String((error as ServerError).code)) && 'severity' in error
}

/**
 * The whole transaction may be run again: it met another one. Of two that add the same row, as the first version of an
 * agent, one is told that the row is there; run again, it finds it.
 */
export function isRace(error: unknown): boolean {
  if (error instanceof StoreBusyError) return isRace(error.cause)
  return isServerError(error) && [SERIALIZATION, DEADLOCK, UNIQUE].includes(error.code)
}

/** The connection is gone, or the server is going away or not there yet: another connection may do. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (isServerError(error))
    return error.code.startsWith('08') || /^57P0[1-4]$/.test(error.code) || error.code === '53300'
  const { code } = error as { code?: string }
  return (
    ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ENOENT', 'ETIMEDOUT'].includes(code ?? '') ||
    /Connection terminated|Client has encountered a connection error|not queryable/.test(error.message)
  )
}

/** The typed error for whatever the driver threw; our own errors pass through. */
export function translate(error: unknown): unknown {
  if (error instanceof StateStoreError || !(error instanceof Error)) return error
  const details = { cause: error }
  if (isConnectionLost(error)) return new StorageFailedError('the connection to the server was lost', details)
  if (/timeout exceeded when trying to connect/.test(error.message))
    return new StoreBusyError('no connection was free in time (acquireTimeoutMs)', details)
  if (!isServerError(error)) return error
  if (isRace(error)) return new StoreBusyError('other writes came first, again and again', details)
  if (NO_NUL.includes(error.code))
    return new InvalidInputError(
      'input',
      'text without NUL characters, which PostgreSQL does not store',
      'one',
      details,
    )
  if (error.code === LOCK_TIMEOUT || error.code === CANCELED)
    return new StoreBusyError('another transaction held a lock for too long (busyTimeoutMs)', details)
  if (error.code === DISK_FULL) return new StorageFullError(details)
  if (error.code === READ_ONLY) return new StorageFailedError('the server takes no writes: it is read-only', details)
  return new StorageFailedError(`the database refused the statement (${error.code}: ${error.message})`, details)
}

/** The error for a COMMIT whose answer was lost: it may be carried out. */
export function failedCommit(error: unknown): unknown {
  return isConnectionLost(error) ? new CommitUnknownError({ cause: error }) : translate(error)
}
