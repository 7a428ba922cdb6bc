/** Which session refused a change. Nothing was stored. */
export interface Refused {
  readonly sessionId: string
}

/** The history does not end with the items that the transaction expects. Nothing was stored. */
export class SuffixMismatchError extends Error implements Refused {
  readonly code = 'SUFFIX_MISMATCH'
  /** The same transaction fails until the history ends as it expects: read the items, and decide again. */
  readonly retryable = false

  constructor(
    readonly sessionId: string,
    /** How many items the transaction expects at the end. */
    readonly expected: number,
    /** How many items the history has. */
    readonly actual: number,
  ) {
    super(
      `session ${JSON.stringify(sessionId)} does not end with the ${expected} items that the transaction expects to replace (it has ${actual} items); read them, and decide again`,
    )
    this.name = new.target.name
  }
}

/** The operation was applied before, with another transaction. Nothing was stored. */
export class OperationReusedError extends Error implements Refused {
  readonly code = 'OPERATION_REUSED'
  /** The same call never succeeds: another transaction needs an operationId of its own. */
  readonly retryable = false

  constructor(
    readonly sessionId: string,
    readonly operationId: string,
  ) {
    super(
      `operation ${JSON.stringify(operationId)} was applied to session ${JSON.stringify(sessionId)} before, with another transaction; give this one an operationId of its own`,
    )
    this.name = new.target.name
  }
}

/** Others changed the session each time before this change could be stored. Nothing was stored. */
export class SessionBusyError extends Error implements Refused {
  readonly code = 'SESSION_BUSY'
  readonly retryable = true

  constructor(
    readonly sessionId: string,
    /** How often it was tried. */
    readonly attempts: number,
  ) {
    super(`session ${JSON.stringify(sessionId)} was changed by others ${attempts} times in a row; try again`)
    this.name = new.target.name
  }
}
