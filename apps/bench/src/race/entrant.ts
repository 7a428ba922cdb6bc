import type { EventInput } from '@descartes/sdk'
import type { KeepingSubject } from '../operations/kept.ts'

/** Everyone who races. */
export type ContestantId =
  | 'descartes'
  | 'descartes-saver'
  | 'langgraph'
  | 'prisma'
  | 'kysely'
  | 'emmett'
  | 'raw'
  | 'descartes-changes'

/** One contestant at its work on one database. */
export interface Entrant extends KeepingSubject {
  readonly name: ContestantId
  /** Reads back what a session's events say, and their metadata; the read does not go through what is measured. */
  events?(sessionId: string): Promise<Pick<EventInput, 'content' | 'metadata'>[]>
  /** Why it cannot do an operation with so many in flight that it can do with fewer. */
  refusal?(method: string, inFlight: number): string | undefined
  /** Its calls are joined by hand into one transaction, so they are acknowledged together. */
  readonly joinedByHand?: boolean
}
