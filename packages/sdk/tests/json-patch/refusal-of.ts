import { InvalidInputError } from '@descartes/sdk'
import { expect } from 'vitest'

/** The refusal of a change; fails if there is none. */
export function refusalOf(change: () => unknown): InvalidInputError {
  try {
    change()
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInputError)
    return error as InvalidInputError
  }
  return expect.fail('it was not refused')
}
