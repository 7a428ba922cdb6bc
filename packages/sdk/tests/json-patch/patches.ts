import type { JsonPatchOperation, StateValue } from '@descartes/sdk'
import fc from 'fast-check'
import { json, key, stateValue } from '../json-arbitraries.ts'
import { isContainer, patchValue, Refusal } from './reference.ts'

/** Which operation, at the how-manieth place of the document as it is then, and how far beside it. */
export interface Pick {
  op: JsonPatchOperation['op']
  from: number
  to: number
  beside: 'at it' | 'in it' | 'at the end' | 'behind it' | 'elsewhere'
  key: string
  value: StateValue
}

const pick = (value: fc.Arbitrary<StateValue>) =>
  fc.record<Pick>({
    op: fc.constantFrom('add', 'add', 'remove', 'replace', 'move', 'copy', 'test'),
    from: fc.nat(),
    to: fc.nat(),
    beside: fc.constantFrom('at it', 'at it', 'at it', 'in it', 'at the end', 'behind it', 'elsewhere'),
    key: fc.oneof(key, fc.constantFrom('00', '1.0', '1e0', '-0', '9', '999999999999', 'length')),
    value,
  })

export const picks = fc.oneof(
  { arbitrary: fc.array(pick(json), { minLength: 1, maxLength: 8 }), weight: 2 },
  { arbitrary: fc.array(pick(stateValue), { minLength: 1, maxLength: 8 }), weight: 1 },
)

/** The patch that the picks make of a document: it ends with the first operation that is refused, if any is. */
export function patchFor(document: StateValue, picked: readonly Pick[]): JsonPatchOperation[] {
  const patch: JsonPatchOperation[] = []
  let now = document
  for (const pick of picked) {
    const operation = operationFor(now, pick)
    patch.push(operation)
    try {
      now = patchValue(now, [operation])
    } catch (error) {
      if (error instanceof Refusal) break
      throw error
    }
  }
  return patch
}

function operationFor(document: StateValue, pick: Pick): JsonPatchOperation {
  const places = placesIn(document)
  const [from] = places[pick.from % places.length] as [string, StateValue]
  const [to, there] = places[pick.to % places.length] as [string, StateValue]
  const path = besides(to, pick)
  if (pick.op === 'move' || pick.op === 'copy') return { op: pick.op, from, path }
  if (pick.op === 'remove') return { op: 'remove', path }
  // Half of the tests are made to hold.
  const value = pick.op === 'test' && pick.from % 2 === 0 ? there : pick.value
  return { op: pick.op, path, value }
}

function besides(path: string, { beside, key }: Pick): string {
  if (beside === 'in it') return `${path}/${escapeKey(key)}`
  if (beside === 'at the end') return `${path}/-`
  if (beside === 'elsewhere') return `/${escapeKey(key)}/${escapeKey(key)}`
  const [, before, index] = /^(.*\/)(\d+)$/s.exec(path) ?? []
  return beside === 'behind it' && index !== undefined ? `${before}${Number(index) + 1}` : path
}

/** The pointers to all that is in a value, itself included. */
export function placesIn(value: StateValue, path = ''): [string, StateValue][] {
  if (!isContainer(value)) return [[path, value]]
  const inside = Object.entries<StateValue>(value).flatMap(([key, item]) => placesIn(item, `${path}/${escapeKey(key)}`))
  return [[path, value], ...inside]
}

function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
