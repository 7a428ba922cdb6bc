import { deepStrictEqual } from 'node:assert/strict'
import { MemorySession } from '@openai/agents'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { call, item, said } from '../items.ts'
import type { Sessions } from '../sessions.ts'

// Few of each, so that they meet: items that are found again, operations that are repeated.
const few = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(said('a'), said('b'), call('c'), call('d')) }, item)
const items = fc.array(few, { maxLength: 3 })
const operationId = fc.constantFrom('o', 'p', '__proto__', ' ')

const step = fc.oneof(
  fc.record({ addItems: items }),
  fc.record({ getItems: fc.integer({ min: -1, max: 5 }) }),
  fc.constant({ popItem: undefined }),
  fc.oneof({ weight: 1, arbitrary: fc.constant({ clearSession: undefined }) }),
  fc.record({ append: items, operationId }),
  // The end that it replaces is the one that is there, or another.
  fc.record({ replace: items, by: items, isThere: fc.boolean(), count: fc.nat(3), operationId }),
  fc.record({ rewrite: fc.constantFrom('c', 'd', 'e'), as: fc.constantFrom('c', 'f') }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
type Session = Pick<
  MemorySession,
  'addItems' | 'getItems' | 'popItem' | 'clearSession' | 'applyHistoryMutations' | 'applyHistoryTransaction'
>

async function take(session: Session, given: Step): Promise<unknown> {
  if ('addItems' in given) return session.addItems(given.addItems)
  if ('getItems' in given) return session.getItems(given.getItems)
  if ('popItem' in given) return session.popItem()
  if ('clearSession' in given) return session.clearSession()
  if ('rewrite' in given) {
    const replacement = call(given.as, '{"city":"Rome"}')
    const mutations = [{ type: 'replace_function_call' as const, callId: given.rewrite, replacement }]
    return session.applyHistoryMutations({ mutations })
  }
  if ('append' in given) {
    const transaction = { type: 'append_items' as const, items: given.append }
    return session.applyHistoryTransaction({ operationId: given.operationId, transaction })
  }
  const { replace, by, isThere, count } = given
  const expectedSuffix = isThere ? await session.getItems(count) : replace
  const transaction = { type: 'replace_suffix' as const, expectedSuffix, replacement: by }
  return session.applyHistoryTransaction({ operationId: given.operationId, transaction })
}

/** What came of a step: what it gave, or that it was refused. */
async function outcome(session: Session, given: Step): Promise<unknown> {
  try {
    return await take(session, given)
  } catch {
    return 'refused'
  }
}

/** The SDK's own session in memory does the same, and tells what is right. */
export function testLikeMemorySession(sessions: () => Sessions): void {
  test('does what that does, whatever is asked of it', async () => {
    let refusals = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
        const [session, memory] = [await sessions().session(), new MemorySession()]
        for (const given of steps) {
          const expected = await outcome(memory, given)
          if (expected === 'refused') refusals += 1
          deepStrictEqual(await outcome(session, given), expected)
          deepStrictEqual(await session.getItems(), await memory.getItems())
        }
      }),
      { numRuns: Number(process.env.MODEL_RUNS ?? 80), seed: Number(process.env.MODEL_SEED ?? 31) },
    )
    // Otherwise the sequences would have met no rule.
    expect(refusals).toBeGreaterThan(0)
  })
}
