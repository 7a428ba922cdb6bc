import { InvalidInputError } from '@descartes/store'
import * as v from 'valibot'
import { describe } from './describe.ts'

/** Checks an argument; a bad one throws `InvalidInputError` that names the field, `prefix` standing before its name. */
export function parse<T>(schema: v.GenericSchema<unknown, T>, argument: string, value: unknown, prefix = ''): T {
  const result = run(schema, argument, value)
  if (result.success) return result.output
  const issue = result.issues[0] as v.BaseIssue<unknown>
  const keys = issue.path?.map((item) => String(item.key)).join('/')
  const path = keys === undefined ? argument : `${prefix}${keys}`
  if (issue.kind === 'schema' && issue.type === 'strict_object' && issue.expected === 'never')
    throw new InvalidInputError(path, 'no field of this name', describe(issue.input))
  const isMissing = issue.type === 'strict_object' && keys !== undefined && issue.expected?.startsWith('"')
  throw new InvalidInputError(
    path,
    isMissing ? expectationOfField(schema, keys) : expectation(issue),
    describe(issue.input),
  )
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
  const expected = issue.expected ?? issue.message
  return { Object: 'an object', Array: 'an array' }[expected] ?? expected
}

// Of a field that is missing, Valibot names the key alone; what would do is known to the field's own schema.
function expectationOfField(schema: v.GenericSchema, key: string): string {
  const field = (schema as Partial<v.StrictObjectSchema<v.ObjectEntries, undefined>>).entries?.[key]
  const result = field === undefined ? undefined : v.safeParse(field, undefined)
  return result?.issues === undefined ? 'a value' : expectation(result.issues[0] as v.BaseIssue<unknown>)
}
