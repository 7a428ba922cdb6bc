export {
  AgentDeletedError,
  AgentNotFoundError,
  CannotOpenError,
  CommitUnknownError,
  CorruptDataError,
  type Durability,
  type ErrorCode,
  EventConflictError,
  InvalidInputError,
  MigrationFailedError,
  OutOfScopeError,
  OutsideTransactionError,
  SchemaTooNewError,
  SessionEndedError,
  SessionExistsError,
  SessionNotFoundError,
  SnapshotExpiredError,
  SnapshotNotFoundError,
  StateStoreError,
  StorageFailedError,
  StorageFullError,
  StoreBusyError,
  StoreClosedError,
  TransactionEndedError,
  VersionConflictError,
} from '@descartes/store'
export type { JsonInput, JsonValue } from './json-value.ts'
export type { Limits } from './limits.ts'
export { type OpenOptions, openStateStore } from './open-state-store.ts'
export type * from './records.ts'
export type { MigrationRecord, ScopedPrismaClient, StateStore, StoreStats } from './state-store.ts'
