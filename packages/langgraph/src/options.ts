import { InvalidInputError } from '@descartes/sdk'
import { describe } from './describe.ts'

/** An object of options, each of which is known: one that is misspelt would be passed over in silence. */
export function knownOptions<T extends object>(options: T, field: string, known: readonly (keyof T & string)[]): T {
  if (typeof options !== 'object' || options === null)
    throw new InvalidInputError(field, 'an object of options', describe(options))
  const names: readonly string[] = known
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown === undefined) return options
  throw new InvalidInputError(`${field}/${unknown}`, `one of ${known.join(', ')}`, 'an option of another name')
}
