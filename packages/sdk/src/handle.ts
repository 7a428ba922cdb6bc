import { type Executor, InvalidInputError, type RecentlyUsed } from '@descartes/store'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { holdsNul, toJsonbText } from './codec/jsonb.ts'
import { encodeJson } from './codec.ts'
import type { Remembered } from './encode-state.ts'
import type { Limits } from './limits.ts'
import type { Upcasters } from './schema.ts'

/** What a method of the store works with: where it runs, and what it is bound to. */
export interface Handle<S> {
  /** The engine or a transaction, held to the namespace. */
  readonly executor: Executor
  readonly isInTransaction: boolean
  readonly namespace: string
  readonly limits: Limits
  readonly schema: StandardSchemaV1<S> | undefined
  /** What states are saved under, and lifted to when they are loaded. */
  readonly schemaVersion: number
  readonly upcasters: Upcasters
  /** How large states were encoded last, by namespace and agent. */
  readonly remembered: RecentlyUsed<Remembered>
}

/** Metadata as it is stored: undefined when it was left out, null when it was cleared. */
export function encodeMetadata(
  handle: Handle<unknown>,
  metadata: unknown,
  field = 'metadata',
): string | null | undefined {
  if (metadata === undefined || metadata === null) return metadata
  const text = encodeJson(metadata, field, handle.limits.metadataBytes)
  if (!handle.executor.hasJsonb) return text
  if (holdsNul(text))
    throw new InvalidInputError(field, 'JSON without U+0000, which PostgreSQL cannot store', 'a string that holds it')
  return toJsonbText(text)
}
