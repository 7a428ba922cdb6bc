import type { Executor } from '@descartes/store'
import { InvalidInputError } from '@descartes/store'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { encodeJson } from './codec.ts'
import type { Limits } from './limits.ts'

/** What a method of the store works with: where it runs, and what it is bound to. */
export interface Handle<S> {
  readonly executor: Executor
  readonly namespace: string
  readonly limits: Limits
  readonly schema: StandardSchemaV1<S> | undefined
}

/** Metadata as it is stored: undefined when it was left out, null when it was cleared. */
export function encodeMetadata(
  handle: Handle<unknown>,
  metadata: unknown,
  field = 'metadata',
): string | null | undefined {
  if (metadata === undefined || metadata === null) return metadata
  return encodeJson(metadata, field, handle.limits.metadataBytes)
}

/** A state that fits the schema, as the schema returns it: at once, unless the schema itself is asynchronous. */
export function validateState<S>(schema: StandardSchemaV1<S>, state: unknown): S | Promise<S> {
  try {
    const result = schema['~standard'].validate(state)
    return result instanceof Promise ? result.then(requireFit, refuse) : requireFit(result)
  } catch (error) {
    return refuse(error)
  }
}

function requireFit<S>(result: StandardSchemaV1.Result<S>): S {
  if (result.issues === undefined) return result.value
  const issue = result.issues[0]
  const keys = issue?.path?.map((segment) => String(typeof segment === 'object' ? segment.key : segment)) ?? []
  throw new InvalidInputError(
    ['state', ...keys].join('/'),
    'a state that fits the schema',
    `one that does not: ${issue?.message ?? 'no reason given'}`,
  )
}

function refuse(error: unknown): never {
  if (error instanceof InvalidInputError) throw error
  throw new InvalidInputError('state', 'a state that fits the schema', 'one that the schema throws at', {
    cause: error,
  })
}
