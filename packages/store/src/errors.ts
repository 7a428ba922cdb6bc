/** Tells errors apart in code; messages may change, codes do not. */
export type ErrorCode =
  | 'INVALID_INPUT'
  | 'VERSION_CONFLICT'
  | 'AGENT_NOT_FOUND'
  | 'AGENT_DELETED'
  | 'AGENT_EXISTS'
  | 'STATE_TOO_NEW'
  | 'REVISION_NOT_FOUND'
  | 'SNAPSHOT_NOT_FOUND'
  | 'SNAPSHOT_EXPIRED'
  | 'EVENT_CONFLICT'
  | 'SESSION_NOT_FOUND'
  | 'SESSION_EXISTS'
  | 'SESSION_ENDED'
  | 'STORE_BUSY'
  | 'STORE_CLOSED'
  | 'COMMIT_UNKNOWN'
  | 'STORAGE_FULL'
  | 'STORAGE_FAILED'
  | 'CANNOT_OPEN'
  | 'SCHEMA_TOO_NEW'
  | 'MIGRATION_FAILED'
  | 'OUTSIDE_TRANSACTION'
  | 'TRANSACTION_ENDED'
  | 'CORRUPT_DATA'
  | 'OUT_OF_SCOPE'
  | 'MOVE_REFUSED'
  | 'MOVE_UNFINISHED'
  | 'MOVE_MISMATCH'
  | 'ROW_REFUSED'
  | 'SOURCE_CHANGED'

/** What every error constructor takes besides its own fields. */
export interface ErrorDetails {
  /** The error underneath, when there is one. */
  cause?: unknown
}

/** The base of every error that the store throws. */
export class StateStoreError extends Error {
  /** True when the same call, unchanged, may succeed if tried again after a moment. */
  readonly retryable: boolean

  constructor(
    /** Stable identifier of the kind of error. */
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails & {
      /** True when the same call, unchanged, may succeed if tried again after a moment. */
      retryable?: boolean
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = new.target.name
    this.retryable = details.retryable ?? false
  }
}

/** An argument that the store does not accept. Nothing was stored. */
export class InvalidInputError extends StateStoreError {
  constructor(
    /** Where the value stands: `agentId`, or a JSON pointer below a field, such as `state/items/3`. */
    readonly path: string,
    /** What would be accepted. */
    readonly expected: string,
    /** What was got, shortened. */
    readonly received: string,
    details: ErrorDetails = {},
  ) {
    super('INVALID_INPUT', `${path}: expected ${expected}, got ${received}`, details)
  }
}

/** A compare-and-set save found another version than the one expected. Nothing was stored: load, and decide again. */
export class VersionConflictError extends StateStoreError {
  constructor(
    readonly agentId: string,
    /** The version that the caller expected (0: no such agent yet). */
    readonly expected: number,
    /** The version that is stored (0: no such agent). */
    readonly actual: number,
  ) {
    const found = actual === 0 ? 'does not exist' : `is at version ${actual}`
    const advice = actual === 0 ? 'expect version 0 to create it' : 'load it and apply the change again'
    super(
      'VERSION_CONFLICT',
      `agent ${JSON.stringify(agentId)} ${found}, and version ${expected} was expected; ${advice}`,
    )
  }
}

/** No agent of this id in this namespace. */
export class AgentNotFoundError extends StateStoreError {
  constructor(readonly agentId: string) {
    super('AGENT_NOT_FOUND', `there is no agent ${JSON.stringify(agentId)} in this namespace`)
  }
}

/** The agent was deleted, and a late write must not bring it back. */
export class AgentDeletedError extends StateStoreError {
  constructor(
    readonly agentId: string,
    readonly deletedAt: Date,
  ) {
    super(
      'AGENT_DELETED',
      `agent ${JSON.stringify(agentId)} was deleted at ${deletedAt.toISOString()}; save it with { revive: true } to bring it back`,
    )
  }
}

/** The state was saved under a newer schema version than the store was opened with; it is neither read nor overwritten. */
export class StateTooNewError extends StateStoreError {
  constructor(
    readonly agentId: string,
    /** The schema version that the state was saved under. */
    readonly stored: number,
    /** The `schemaVersion` of this store. */
    readonly known: number,
  ) {
    super(
      'STATE_TOO_NEW',
      `the state of agent ${JSON.stringify(agentId)} was saved under schema version ${stored}, and this store knows ${known}; open it with schemaVersion ${stored} or newer`,
    )
  }
}

/** There is an agent of this id already, perhaps a deleted one. */
export class AgentExistsError extends StateStoreError {
  constructor(
    readonly agentId: string,
    /** When it was deleted; null when it was not. */
    readonly deletedAt: Date | null,
  ) {
    const found = deletedAt === null ? 'already' : `that was deleted at ${deletedAt.toISOString()}`
    super(
      'AGENT_EXISTS',
      `there is an agent ${JSON.stringify(agentId)} ${found}; choose another id, or purge that one first`,
    )
  }
}

/** The agent's history does not hold this version: it was never there, or it was pruned. */
export class RevisionNotFoundError extends StateStoreError {
  constructor(
    readonly agentId: string,
    readonly version: number,
  ) {
    super(
      'REVISION_NOT_FOUND',
      `the history of agent ${JSON.stringify(agentId)} holds no version ${version}; listRevisions tells which it holds`,
    )
  }
}

/** No snapshot of this id in this namespace. */
export class SnapshotNotFoundError extends StateStoreError {
  constructor(readonly snapshotId: string) {
    super('SNAPSHOT_NOT_FOUND', `there is no snapshot ${JSON.stringify(snapshotId)} in this namespace`)
  }
}

/** The snapshot's time is over: it is not restored, even while its row is still there. */
export class SnapshotExpiredError extends StateStoreError {
  constructor(
    readonly snapshotId: string,
    readonly expiresAt: Date,
  ) {
    super('SNAPSHOT_EXPIRED', `snapshot ${JSON.stringify(snapshotId)} expired at ${expiresAt.toISOString()}`)
  }
}

/** An event of this id is already stored with other content. */
export class EventConflictError extends StateStoreError {
  constructor(
    readonly eventId: string,
    /** The fields that differ from the stored event. */
    readonly fields: readonly string[],
  ) {
    super(
      'EVENT_CONFLICT',
      `event ${JSON.stringify(eventId)} is already stored with another ${fields.join(', ')}; an event never changes: use a new id`,
    )
  }
}

/** No session of this id in this namespace. */
export class SessionNotFoundError extends StateStoreError {
  constructor(readonly sessionId: string) {
    super('SESSION_NOT_FOUND', `there is no session ${JSON.stringify(sessionId)} in this namespace`)
  }
}

/** A session of this id exists already. */
export class SessionExistsError extends StateStoreError {
  constructor(readonly sessionId: string) {
    super('SESSION_EXISTS', `session ${JSON.stringify(sessionId)} exists already; leave out the id to get a new one`)
  }
}

/** The session has ended, with another status than the one asked for. */
export class SessionEndedError extends StateStoreError {
  constructor(
    readonly sessionId: string,
    readonly status: string,
    readonly endedAt: Date | null,
  ) {
    super('SESSION_ENDED', `session ${JSON.stringify(sessionId)} has already ended as ${status}`)
  }
}

/** The database stayed locked, by another process or an open transaction, for longer than allowed. Nothing was stored. */
export class StoreBusyError extends StateStoreError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('STORE_BUSY', message, { ...details, retryable: true })
  }
}

/** The store was closed before this call. */
export class StoreClosedError extends StateStoreError {
  constructor() {
    super('STORE_CLOSED', 'the store is closed; open it again with openStateStore()')
  }
}

/** COMMIT failed in a way that leaves open whether the write is durable: read before you write again. */
export class CommitUnknownError extends StateStoreError {
  constructor(details: ErrorDetails) {
    super(
      'COMMIT_UNKNOWN',
      'COMMIT failed, and whether the write is durable is not known; read it back before trying again',
      details,
    )
  }
}

/** The disk is full. Nothing of this call was stored; what was stored before is safe. */
export class StorageFullError extends StateStoreError {
  constructor(details: ErrorDetails) {
    super('STORAGE_FULL', 'the disk is full; nothing of this call was stored. Free some space and try again', details)
  }
}

/** The database or the disk below it failed in another way. Retryable where a server was out of reach: nothing was stored. */
export class StorageFailedError extends StateStoreError {
  constructor(message: string, details: ErrorDetails & { retryable?: boolean } = {}) {
    super('STORAGE_FAILED', message, details)
  }
}

/** The database at this url cannot be opened. */
export class CannotOpenError extends StateStoreError {
  constructor(
    readonly url: string,
    reason: string,
    details: ErrorDetails = {},
  ) {
    super('CANNOT_OPEN', `cannot open ${JSON.stringify(url)}: ${reason}`, details)
  }
}

/** The database was migrated by a newer version of this package. */
export class SchemaTooNewError extends StateStoreError {
  constructor(readonly migrations: readonly string[]) {
    super(
      'SCHEMA_TOO_NEW',
      `the database holds migrations that this version does not know (${migrations.join(', ')}); update @descartes/sdk, or open another file`,
    )
  }
}

/** A migration could not be applied, or the database's record of them does not fit this package. */
export class MigrationFailedError extends StateStoreError {
  constructor(
    readonly migration: string,
    reason: string,
    details: ErrorDetails = {},
  ) {
    super('MIGRATION_FAILED', `migration ${migration}: ${reason}`, details)
  }
}

/** A handle was used that is not the innermost open transaction's; waiting would never end, so the call is refused. */
export class OutsideTransactionError extends StateStoreError {
  constructor(
    message = 'this handle stands outside the transaction that is open here; inside transact(), use the handle that the innermost callback was given',
  ) {
    super('OUTSIDE_TRANSACTION', message)
  }
}

/** A transaction's handle was used after its callback had ended. */
export class TransactionEndedError extends StateStoreError {
  constructor() {
    super('TRANSACTION_ENDED', 'the transaction has ended; await every call inside the transact() callback')
  }
}

/** A stored value cannot be read back as what it must be. */
export class CorruptDataError extends StateStoreError {
  constructor(
    /** The column, such as `agent_states.state_data`. */
    readonly column: string,
    reason: string,
    details: ErrorDetails = {},
  ) {
    super('CORRUPT_DATA', `${column} holds a value that cannot be read back: ${reason}`, details)
  }
}

/** The scoped Prisma client was asked for something that cannot be held to its namespace. */
export class OutOfScopeError extends StateStoreError {
  constructor(message: string) {
    super('OUT_OF_SCOPE', message)
  }
}

/** A move is not begun, or not taken up: the message says why. Nothing was changed. */
export class MoveRefusedError extends StateStoreError {
  constructor(reason: string, details: ErrorDetails = {}) {
    super('MOVE_REFUSED', reason, details)
  }
}

/** The database is being moved into, and does not hold everything yet. */
export class MoveUnfinishedError extends StateStoreError {
  constructor() {
    super('MOVE_UNFINISHED', 'a move into this database is not finished; run the same move again, and it goes on')
  }
}

/** After copying, a table is not the same in both databases. */
export class MoveMismatchError extends StateStoreError {
  constructor(
    readonly table: string,
    /** The first row that differs, by the columns of its primary key. */
    readonly key: Readonly<Record<string, string | number>>,
    reason: string,
  ) {
    super('MOVE_MISMATCH', `${table} ${JSON.stringify(key)}: ${reason}; to copy everything again, say force`)
  }
}

/** A row of the source cannot be added to the target, as one with a character that PostgreSQL does not store. */
export class RowRefusedError extends StateStoreError {
  constructor(
    readonly table: string,
    /** The row, by the columns of its primary key. */
    readonly key: Readonly<Record<string, string | number>>,
    reason: string,
    details: ErrorDetails = {},
  ) {
    super('ROW_REFUSED', `${table} ${JSON.stringify(key)}: the target does not take this row: ${reason}`, details)
  }
}

/** Somebody wrote to the source while it was moved: what they wrote may be missing in the target. */
export class SourceChangedError extends StateStoreError {
  constructor(details: ErrorDetails = {}) {
    super(
      'SOURCE_CHANGED',
      'somebody has written to the source during the move; stop all that writes to it, and move again with force',
      details,
    )
  }
}
