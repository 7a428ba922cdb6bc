import { InvalidInputError } from '@descartes/store'
import * as v from 'valibot'
import { describe } from '../describe.ts'
import * as fields from '../fields.ts'
import { parse } from '../parse.ts'
import { type Pointer, parsePointer } from './pointer.ts'

/** One step of a JSON Patch (RFC 6902). Paths are JSON pointers (RFC 6901), such as `/messages/3/text`. */
export type JsonPatchOperation =
  /** Puts a value at a key of an object, or before an item of an array; the index `-` means its end. */
  | { op: 'add'; path: string; value: unknown }
  | { op: 'remove'; path: string }
  /** Like `add`, but a value must be there already. */
  | { op: 'replace'; path: string; value: unknown }
  | { op: 'move'; from: string; path: string }
  | { op: 'copy'; from: string; path: string }
  /** Refuses the whole patch unless the value at `path` equals this one. */
  | { op: 'test'; path: string; value: unknown }

/** Steps that are taken one after the other: all of them, or none. */
export type JsonPatch = readonly JsonPatchOperation[]

/** An operation that has been checked; `value` and `from` are there where it needs them. */
export interface CheckedOperation {
  readonly op: JsonPatchOperation['op']
  /** Where it stands: `patch/2`. */
  readonly field: string
  readonly path: Pointer
  readonly from: Pointer
  readonly value: unknown
}

const MOST = 100_000
const any = v.optional(v.unknown())
// The RFC wants members that an operation does not know ignored, so this object is not a strict one.
const OPERATION = v.object({ op: any, path: any, from: any, value: any })
const PATCH = fields.list(MOST, 'operations')
const OP = fields.oneOf('add', 'remove', 'replace', 'move', 'copy', 'test')

export function parseOperations(patch: unknown): CheckedOperation[] {
  return parse(PATCH, 'patch', patch).map((item, i) => {
    const field = `patch/${i}`
    const given = parse(OPERATION, field, item, `${field}/`)
    const op = parse(OP, `${field}/op`, given.op)
    const path = parsePointer(given.path, `${field}/path`)
    const from = op === 'move' || op === 'copy' ? parsePointer(given.from, `${field}/from`) : path
    if ((op === 'add' || op === 'replace' || op === 'test') && !('value' in given))
      throw new InvalidInputError(`${field}/value`, 'a value', describe(undefined))
    return { op, field, path, from, value: given.value }
  })
}
