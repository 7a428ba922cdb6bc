import { type Answer, type Operation, PRIMARY } from '@descartes/store'
import * as v from 'valibot'
import * as fields from './fields.ts'
import type { Handle } from './handle.ts'
import { parse } from './parse.ts'
import type { Consistency, ReadOptions } from './records.ts'

/** The fields that every read takes. */
export const reading = { consistency: v.optional(fields.oneOf('strong', 'eventual')) }

const READ = v.strictObject(reading)

/** How new the answer must be, of a read that takes no other options. */
export function consistencyOf(options: ReadOptions | undefined): Consistency | undefined {
  return options === undefined ? undefined : parse(READ, 'options', options).consistency
}

/** Runs a read, on a replica where the caller allows that. */
export function read<T>(
  handle: Handle<unknown>,
  operation: () => Operation<T>,
  consistency: Consistency | undefined,
): Promise<T> {
  return consistency === 'eventual'
    ? handle.executor.readEventually(operation).then(({ result }) => result)
    : handle.executor.read(operation)
}

/** The same, and tells who has answered; after an answer of `server`, no older one. */
export async function answer<T>(
  handle: Handle<unknown>,
  operation: () => Operation<T>,
  consistency: Consistency | undefined,
  server?: string,
): Promise<Answer<T>> {
  if (consistency === 'eventual') return handle.executor.readEventually(operation, server)
  return { result: await handle.executor.read(operation), server: PRIMARY }
}
