import type { StateStoreError } from '../index.ts'

/** The error that a call rejects with; rejects itself when the call goes through. */
export async function errorOf(call: Promise<unknown>): Promise<StateStoreError> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  if (outcome === undefined) throw new Error('the call went through, where it had to be refused')
  return outcome.error as StateStoreError
}
