import { InvalidInputError } from '@descartes/store'

/** True for an array. A Proxy that was revoked is refused: it is neither. */
export function isArray(value: unknown, argument: string): value is unknown[] {
  try {
    return Array.isArray(value)
  } catch (cause) {
    throw new InvalidInputError(argument, 'a value that can be read', 'one that throws when it is read', { cause })
  }
}
