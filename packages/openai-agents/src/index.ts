export {
  CompactingDescartesSession,
  type CompactingDescartesSessionOptions,
  type Compactor,
} from './compacting-session.ts'
export { DescartesSession, type DescartesSessionOptions } from './descartes-session.ts'
export { OperationReusedError, type Refused, SessionBusyError, SuffixMismatchError } from './errors.ts'
