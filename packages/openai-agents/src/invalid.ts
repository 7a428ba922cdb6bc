import { inspect } from 'node:util'
import { InvalidInputError, StateStoreError } from '@descartes/sdk'

/** An argument that is refused: where it stands, what would do, and what was got. */
export function invalid(path: string, expected: string, received: unknown, cause?: unknown): InvalidInputError {
  return new InvalidInputError(path, expected, show(received), { cause })
}

/** Reads an argument. One that throws when it is read or copied is refused, too. */
export function readArgument<T>(path: string, argument: unknown, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof StateStoreError) throw error
    throw invalid(path, 'data that can be read and copied', argument, error)
  }
}

/** A value in a few words. Never throws, whatever the value does when it is touched. */
function show(value: unknown): string {
  try {
    const options = { depth: 0, maxStringLength: 40, breakLength: Number.POSITIVE_INFINITY, customInspect: false }
    return inspect(value, options).slice(0, 100)
  } catch {
    return 'a value that throws when it is read'
  }
}
