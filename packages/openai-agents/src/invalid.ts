import { inspect } from 'node:util'
import { InvalidInputError } from '@descartes/sdk'

/** An argument that is refused: where it stands, what would do, and what was got. */
export function invalid(path: string, expected: string, received: unknown, cause?: unknown): InvalidInputError {
  const shown = inspect(received, { depth: 0, maxStringLength: 40, breakLength: Number.POSITIVE_INFINITY })
  return new InvalidInputError(path, expected, shown.slice(0, 100), { cause })
}
