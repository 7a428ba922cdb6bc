export { addressOf } from './address.ts'
export {
  type Answer,
  type Engine,
  type EngineStats,
  type Executor,
  PRIMARY,
  type Reclaimed,
  type ReclaimProgress,
  type Scrubbed,
} from './engine.ts'
export * from './errors.ts'
export type { AppliedMigration, Migration } from './migrations/migration.ts'
export { type MoveOptions, type MoveProgress, type MoveReport, moveDatabase } from './move/move-database.ts'
export type { TableDigest } from './move/verify.ts'
export { type OpenEngineOptions, openEngine } from './open-engine.ts'
export {
  execute,
  type Operation,
  query,
  queryFirst,
  type SqlValue,
  type Statement,
  type Step,
  statement,
} from './operation.ts'
export { requireKnownSchema, requireLive } from './operations/agent-row.ts'
export { requireVersion } from './operations/save-agent.ts'
export * from './operations.ts'
export { scopeToNamespace } from './prisma/scope.ts'
export { RecentlyUsed } from './recently-used.ts'
export type { Durability } from './sqlite/connection.ts'
export { BEGINNING_OF_TIME, fromTimestamp, timestampNow, toTimestamp } from './timestamp.ts'
