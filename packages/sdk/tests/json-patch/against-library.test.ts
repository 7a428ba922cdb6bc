import type { JsonPatchOperation, JsonValue } from '@descartes/sdk'
import fc from 'fast-check'
import { applyPatch, createPatch } from 'rfc6902'
import { expect, test } from 'vitest'
import { compilePatch } from '../../src/json-patch/apply-patch.ts'
import { diff } from '../../src/json-patch/diff.ts'
import { type Pick, patchFor } from './patches.ts'

const REFUSED = 'refused'
const key = fc.constantFrom('a', 'b', 'x/y', '~', '', '~1', ' ')

const { value: json } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<JsonValue[]>(null, true, 0, 1.5, 'text', '"', '\\'),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(key, tie('value'), { noNullPrototype: true }),
  ),
}))

/** Picks that keep to what the library looks at, too. */
const picks = fc.array(
  fc.record<Pick>({
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'),
    from: fc.nat(),
    to: fc.nat(),
    beside: fc.constantFrom('at it', 'in it'),
    key,
    value: json,
  }),
  { minLength: 1, maxLength: 8 },
)

/**
 * It refuses to replace the whole document, takes keys of arrays that are no index, and finds the place that an item is
 * moved to before the item has left its array.
 */
function isBeyondTheLibrary(document: JsonValue, patch: readonly JsonPatchOperation[]): boolean {
  return patch.some((operation, i) => {
    const { op, path } = operation
    if (path === '') return true
    if (op === 'move' && operation.from.replace(/\d+$/, '') === path.slice(0, operation.from.lastIndexOf('/') + 1))
      return true
    const before = () => JSON.parse(compilePatch(patch.slice(0, i), 1e6)(JSON.stringify(document)))
    return !/\/\d+$/.test(path) && Array.isArray(parentOf(before(), path))
  })
}

function parentOf(document: unknown, path: string): unknown {
  const keys = path.split('/').slice(1, -1)
  const unescaped = keys.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  return unescaped.reduce((inner, step) => (inner as Record<string, unknown> | null | undefined)?.[step], document)
}

test('a patch does what rfc6902 does, or both refuse it', () => {
  const seen = { taken: 0, refused: 0 }
  const agrees = fc.property(json, picks, (document, picked) => {
    const patch = patchFor(document, picked) as JsonPatchOperation[]
    fc.pre(!isBeyondTheLibrary(document, patch))
    const theirs = libraryOutcome(document, patch)
    expect(ourOutcome(document, patch)).toEqual(theirs)
    seen[theirs === REFUSED ? 'refused' : 'taken']++
  })
  fc.assert(agrees, { numRuns: 1_000 })
  // How many there are, the seed decides.
  expect(seen.taken).toBeGreaterThan(50)
  expect(seen.refused).toBeGreaterThan(50)
})

test('our differences are taken by rfc6902, and its by us', () => {
  const agrees = fc.property(json, json, (before, after) => {
    // It refuses to replace the whole document.
    fc.pre(Array.isArray(before) === Array.isArray(after) && typeof before === 'object' && typeof after === 'object')
    fc.pre(before !== null && after !== null)
    expect(libraryOutcome(before, diff(before, after))).toEqual(after)
    expect(ourOutcome(before, createPatch(before, after) as JsonPatchOperation[])).toEqual(after)
  })
  fc.assert(agrees, { numRuns: 500 })
})

function ourOutcome(document: JsonValue, patch: readonly JsonPatchOperation[]): JsonValue {
  try {
    return JSON.parse(compilePatch(patch, 1e6)(JSON.stringify(document)))
  } catch {
    return REFUSED
  }
}

function libraryOutcome(document: JsonValue, patch: readonly JsonPatchOperation[]): JsonValue {
  const copy = structuredClone(document)
  try {
    const results = applyPatch(copy, structuredClone(patch) as Parameters<typeof applyPatch>[1])
    return results.every((result) => result === null) ? copy : REFUSED
  } catch {
    return REFUSED
  }
}
