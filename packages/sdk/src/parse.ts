import { InvalidInputError } from '@descartes/store'
import * as v from 'valibot'
import { describe } from './describe.ts'

/** Checks an argument; a bad one throws `InvalidInputError` that names the field. */
export function parse<T>(schema: v.GenericSchema<unknown, T>, argument: string, value: unknown): T {
  const result = run(schema, argument, value)
  if (result.success) return result.output
  const issue = result.issues[0] as v.BaseIssue<unknown>
  const path = issue.path?.map((item) => String(item.key)).join('/') ?? argument
  if (issue.kind === 'schema' && issue.type === 'strict_object' && issue.expected === 'never')
    throw new InvalidInputError(path, 'no field of this name', describe(issue.input))
  throw new InvalidInputError(path, expectation(issue), describe(issue.input))
}

function run<T>(
  schema: v.GenericSchema<unknown, T>,
  argument: string,
  value: unknown,
): v.SafeParseResult<v.GenericSchema<unknown, T>> {
  try {
    return v.safeParse(schema, value, { abortEarly: true })
  } catch (cause) {
    throw new InvalidInputError(argument, 'a value that can be read', 'one that throws when it is read', { cause })
  }
}

function expectation(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'custom') return issue.message
  return issue.expected === 'Object' ? 'an object' : (issue.expected ?? issue.message)
}
