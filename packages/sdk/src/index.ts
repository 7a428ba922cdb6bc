export {
  AgentDeletedError,
  AgentExistsError,
  AgentNotFoundError,
  CannotOpenError,
  CommitUnknownError,
  CorruptDataError,
  type Durability,
  type ErrorCode,
  EventConflictError,
  InvalidInputError,
  MigrationFailedError,
  MoveMismatchError,
  type MoveProgress,
  MoveRefusedError,
  type MoveReport,
  MoveUnfinishedError,
  OutOfScopeError,
  OutsideTransactionError,
  RevisionNotFoundError,
  RowRefusedError,
  SchemaTooNewError,
  SessionEndedError,
  SessionExistsError,
  SessionNotFoundError,
  SnapshotExpiredError,
  SnapshotNotFoundError,
  SourceChangedError,
  StateStoreError,
  StateTooNewError,
  StorageFailedError,
  StorageFullError,
  StoreBusyError,
  StoreClosedError,
  type TableDigest,
  TransactionEndedError,
  VersionConflictError,
} from '@descartes/store'
export type { MergePatch } from './json-patch/merge-patch.ts'
export type { JsonPatch, JsonPatchOperation } from './json-patch/operations.ts'
export type { JsonInput, JsonValue, StateInput, StateValue } from './json-value.ts'
export { FIXED_LIMITS, type Limits } from './limits.ts'
export { type MoveStoreOptions, moveStore } from './move.ts'
export { type OpenOptions, openStateStore } from './open-state-store.ts'
export type * from './records.ts'
export type { Upcaster, Upcasters } from './schema.ts'
export type { AnyStateStore, MigrationRecord, ScopedPrismaClient, StateStore, StoreStats } from './state-store.ts'
