import {
  CannotOpenError,
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
export const NO_NUL = ['22021', '22P05']
const [LOCK_TIMEOUT, CANCELED, DISK_FULL, READ_ONLY] = ['55P03', '57014', '53100', '25006']
/** The server has no connection for us: it is full, stops, starts, or has ended one that was idle in a transaction. */
const NO_CONNECTION = /^(08...|57P0[1-5]|53300|25P0[34])$/

const NETWORK = [
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]
/** What the driver says of a connection that it had given up before the statement was sent. */
const NEVER_SENT = /not queryable/
const LOST = /Connection terminated|timeout expired|Query read timeout|not queryable/

/** The server at hand is not the one that is wanted: it takes no writes, or follows no other. */
export class WrongRoleError extends Error {}

/**
 * No connection was to be had for as long as it may be waited for: to try again would wait as long again. It has what
 * tells the last attempt's error from others, which Prisma asks for.
 */
export class NoConnectionError extends Error {
  constructor(reason: string, cause: unknown) {
    super(reason, { cause })
    Object.assign(this, cause)
  }
}

/** All connections were in use for as long as one may be waited for; said as the driver says it. */
export class NoneFreeError extends Error {
  constructor() {
    super('timeout exceeded when trying to connect')
  }
}

export function isNoneFree(error: unknown): boolean {
  return error instanceof Error && /timeout exceeded when trying to connect/.test(error.message)
}

/** An attempt to connect has had no answer; said as the driver says it, and by whose limit. */
export class SilentServerError extends Error {
  constructor(ms: number, limit: string) {
    super(`timeout expired: no answer within ${ms / 1000} s (${limit})`)
  }
}

/** The driver says no more of an attempt to connect, or of a query, that took too long. */
export function isSilence(error: unknown): boolean {
  return error instanceof Error && /^(timeout expired|Query read timeout)$/.test(error.message)
}

/** True for an error that the server has reported. */
export function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && /^[0-9A-Z]{5}$/.test(String((error as ServerError).code)) && 'severity' in error
}

/**
 * The whole transaction may be run again: it met another one. Of two that add the same row, as the first version of an
 * agent, one is told that the row is there; run again, it finds it.
 */
export function isRace(error: unknown): boolean {
  return isConflict(error) || isDuplicate(error)
}

/** The server ended a transaction for the sake of others. */
export function isConflict(error: unknown): boolean {
  return rootsOf(error).some((root) => isServerError(root) && [SERIALIZATION, DEADLOCK].includes(root.code))
}

/** There is a row of this key already. */
export function isDuplicate(error: unknown): boolean {
  return rootsOf(error).some((root) => isServerError(root) && root.code === UNIQUE)
}

/**
 * The connection is gone, or there was none to be had, or its server takes no writes (any more): another one may do.
 * Nothing was stored: a COMMIT without an answer is a `CommitUnknownError`, and not meant.
 */
export function isConnectionLost(error: unknown): boolean {
  return rootsOf(error).some((root) => {
    if (root instanceof WrongRoleError) return true
    if (isServerError(root)) return NO_CONNECTION.test(root.code) || root.code === READ_ONLY
    return NETWORK.includes((root as { code?: string }).code ?? '') || LOST.test(root.message)
  })
}

/** The error and what it was made of. */
function rootsOf(error: unknown): Error[] {
  const roots: Error[] = []
  for (let root = error; root instanceof Error && !roots.includes(root); root = root.cause) {
    if (root instanceof CommitUnknownError) return []
    roots.push(root)
  }
  return roots
}

/** The typed error for whatever the driver threw; our own errors pass through. */
export function translate(error: unknown): unknown {
  if (error instanceof StateStoreError || !(error instanceof Error)) return error
  const details = { cause: error }
  if (isNoneFree(error)) return new StoreBusyError('no connection was free in time (acquireTimeoutMs)', details)
  if (isServerError(error) && error.code === READ_ONLY)
    return new StorageFailedError('the server takes no writes: it is read-only', details)
  if (isConnectionLost(error))
    return new StorageFailedError(
      `there is no connection to a server that takes writes (${reasonOf(error)}); nothing was stored`,
      { ...details, retryable: true },
    )
  if (!isServerError(error)) return error
  if (isConflict(error)) return new StoreBusyError('other writes came first, again and again', details)
  if (NO_NUL.includes(error.code))
    return new InvalidInputError(
      'input',
      'text without NUL characters, which PostgreSQL does not store',
      'one',
      details,
    )
  if (error.code === LOCK_TIMEOUT)
    return new StoreBusyError('another transaction held a lock for too long (busyTimeoutMs)', details)
  if (error.code === CANCELED) return new StoreBusyError(`the server ended the statement: ${error.message}`, details)
  if (error.code === DISK_FULL) return new StorageFullError(details)
  return new StorageFailedError(`the database refused the statement (${error.code}: ${error.message})`, details)
}

/** The server asks for a password, and the driver has none. */
const NO_PASSWORD = /empty password|password must be a/
const GIVE_PASSWORD = 'write the password into the url, or set PGPASSWORD'

/** The typed error for a database that cannot be opened; `address` is its url without the password. */
export function cannotOpen(address: string, error: unknown): unknown {
  if (error instanceof StateStoreError) return error
  const reason = error instanceof Error ? reasonOf(error) : String(error)
  const hint = NO_PASSWORD.test(reason) ? `; ${GIVE_PASSWORD}` : ''
  return new CannotOpenError(address, reason + hint, { cause: error })
}

/** What it says; of several addresses of one host, none says anything. */
export function reasonOf(error: Error): string {
  return error.message || String((error as { code?: string }).code)
}

/** The error for a COMMIT, or a statement that commits by itself: without an answer, it may be carried out. */
export function failedCommit(error: unknown): unknown {
  const isRefused = isServerError(error) && error.code === READ_ONLY
  const isUnsent = error instanceof Error && NEVER_SENT.test(error.message)
  return isConnectionLost(error) && !isRefused && !isUnsent ? new CommitUnknownError({ cause: error }) : error
}
