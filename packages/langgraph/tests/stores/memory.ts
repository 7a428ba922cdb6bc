import { InMemoryStore, type Operation } from '@langchain/langgraph-checkpoint'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OpenStore } from './stores.ts'

const label = fc.constantFrom('a', 'b', 'ab', 'a"', 'é', 'c,d')
const namespace = fc.array(label, { minLength: 1, maxLength: 3 })
const prefix = fc.array(label, { maxLength: 2 })
const key = fc.constantFrom('1', '2', '3', '__proto__')
const scalar = fc.constantFrom<unknown>(0, 1, 2, -1, '1', 'x', '', true, null)
const field = fc.constantFrom('p', 'q', 'constructor')
const value = fc.dictionary(field, scalar, { maxKeys: 3, noNullPrototype: true })
const operator = fc.constantFrom('$eq', '$ne', '$gt', '$gte', '$lt', '$lte')
const condition = fc.oneof(scalar, fc.dictionary(operator, scalar, { minKeys: 1, maxKeys: 2, noNullPrototype: true }))
// In memory, a field that a value does not have is looked for in what all objects have.
const filter = fc.dictionary(fc.constantFrom('p', 'q', 'none'), condition, { maxKeys: 2, noNullPrototype: true })

const put = fc.record({ namespace, key, value: fc.oneof({ weight: 4, arbitrary: value }, fc.constant(null)) })
const get = fc.record({ namespace, key })
const search = fc.record({ namespacePrefix: prefix, filter, limit: fc.constant(1000), offset: fc.constant(0) })
const wildcards = fc.array(fc.oneof(label, fc.constant('*')), { maxLength: 2 })
const listing = fc.record({
  matchConditions: fc.array(fc.record({ matchType: fc.constantFrom('prefix', 'suffix'), path: wildcards }), {
    maxLength: 2,
  }),
  maxDepth: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  limit: fc.constant(1000),
  offset: fc.constant(0),
})
const batches = fc.array(fc.array(fc.oneof({ weight: 3, arbitrary: put }, get, search, listing), { maxLength: 6 }), {
  maxLength: 12,
})

/** A result without what differs by design: order between namespaces, and times. */
function comparable(result: unknown): unknown {
  if (Array.isArray(result))
    return result
      .map(comparable)
      .map((one) => JSON.stringify(one))
      .sort()
  if (typeof result !== 'object' || result === null) return result ?? null
  const { namespace, key, value } = result as { namespace: string[]; key: string; value: object }
  // The order of fields is none of theirs.
  return [namespace, key, Object.entries(value).sort()]
}

/**
 * In memory, a namespace is listed though all its items were deleted: listings are asked of a copy. And an item that a
 * batch reads is the very one that it then changes: so reads come first, and their results are copied.
 */
async function resultsIn(memory: InMemoryStore, operations: Operation[]): Promise<unknown[]> {
  const copy = new InMemoryStore()
  const items = await memory.search([], { limit: 1000 })
  await copy.batch(items.map(({ namespace, key, value }) => ({ namespace, key, value })))
  const results: unknown[] = []
  for (const operation of operations) {
    const asked = 'matchConditions' in operation ? copy : memory
    results.push('value' in operation ? null : structuredClone((await asked.batch([operation]))[0]))
  }
  await memory.batch(operations.filter((operation) => 'value' in operation))
  return results
}

/** The same as LangGraph's own store, wherever the two mean the same. */
export function testAgainstMemory(open: OpenStore): void {
  test('gives what InMemoryStore gives, whatever is done', async () => {
    const alike = fc.asyncProperty(batches, async (sequence) => {
      const [store, memory] = [await open(), new InMemoryStore()]
      for (const operations of sequence as Operation[][]) {
        const wanted = (await resultsIn(memory, structuredClone(operations))).map(comparable)
        expect((await store.batch(operations)).map(comparable)).toEqual(wanted)
      }
    })
    await fc.assert(alike, { numRuns: 60 })
  })
}
