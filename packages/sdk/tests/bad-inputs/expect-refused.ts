import { InvalidInputError, type StateStore } from '@descartes/sdk'
import { expect } from 'vitest'

const agent = { agentId: 'witness', name: 'Witness', status: 'ok', state: 1 }

/** How many rows of every kind the store holds. */
async function countRows({ prisma }: StateStore): Promise<number[]> {
  const { agentState, agentRevision, stateTransition, stateSnapshot, event, item, task, session } = prisma
  return Promise.all([
    agentState.count(),
    agentRevision.count(),
    stateTransition.count(),
    stateSnapshot.count(),
    event.count(),
    item.count(),
    task.count(),
    session.count(),
  ])
}

/**
 * Expects that the call is refused as bad input, at `path`: with a message that says what would do, nothing stored, and
 * the store still usable.
 */
export async function expectRefused(store: StateStore, path: string, call: () => Promise<unknown>): Promise<void> {
  const { version } = await store.saveAgentState(agent)
  const before = await countRows(store)
  const error = await call().then(
    () => undefined,
    (error: unknown) => error,
  )
  expectInvalidInput(error, path)
  expect(await countRows(store)).toEqual(before)
  expect(await store.saveAgentState(agent)).toMatchObject({ version: version + 1 })
}

/** Expects an `InvalidInputError` that names the field, what would do, and what was got. */
export function expectInvalidInput(error: unknown, path: string): void {
  if (!(error instanceof InvalidInputError)) expect.fail(`${path}: expected an InvalidInputError, got ${String(error)}`)
  expect(error).toMatchObject({ code: 'INVALID_INPUT', name: 'InvalidInputError', retryable: false, path })
  expect(error.expected).toMatch(/^[a-z0-9].{3,}/)
  expect(error.received).not.toBe('')
  expect(error.message).toBe(`${path}: expected ${error.expected}, got ${error.received}`)
  expect(error.message.length).toBeLessThan(1000)
  expect(error.message).not.toMatch(/sqlite/i)
}
