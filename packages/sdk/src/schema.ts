import { InvalidInputError, requireKnownSchema } from '@descartes/store'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Handle } from './handle.ts'

/** Lifts a state from one schema version to the next; it may be asynchronous. It gets a state of its own to change. */
export type Upcaster = (state: unknown) => unknown

/** By the version that each lifts from: `{ 1: fromOneToTwo, 2: fromTwoToThree }`. */
export type Upcasters = Readonly<Record<number, Upcaster>>

/** The version that a state is taken for when it was saved without one. */
export const FIRST_VERSION = 1

/** True when states are stored and loaded as they are: no schema checks them, and their shape has only one version. */
export function storesAsIs(handle: Handle<unknown>): boolean {
  return handle.schema === undefined && handle.schemaVersion === FIRST_VERSION
}

/** A stored state as it is under the store's schema version, checked by its schema. */
export async function liftState<S>(
  handle: Handle<S>,
  agentId: string,
  stored: unknown,
  storedVersion: number | null,
): Promise<S> {
  const from = storedVersion ?? FIRST_VERSION
  requireKnownSchema(agentId, storedVersion, handle.schemaVersion)
  let state = stored
  for (let version = from; version < handle.schemaVersion; version++)
    state = await upcast(handle, agentId, version, state)
  return handle.schema === undefined ? (state as S) : validateState(handle.schema, state)
}

async function upcast(handle: Handle<unknown>, agentId: string, version: number, state: unknown): Promise<unknown> {
  const upcaster = handle.upcasters[version]
  // Without an upcaster the shape did not change, or only in what the schema takes both ways.
  if (upcaster === undefined) return state
  try {
    const lifted = await upcaster(state)
    if (lifted !== undefined) return lifted
  } catch (cause) {
    throw new InvalidInputError(
      'state',
      `a state that the upcaster of schema version ${version} can lift`,
      `that of agent ${JSON.stringify(agentId)}, at which it throws`,
      { cause },
    )
  }
  throw new InvalidInputError(
    `upcasters/${version}`,
    'an upcaster that returns the lifted state',
    `undefined for agent ${JSON.stringify(agentId)}`,
  )
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
