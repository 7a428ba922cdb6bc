import { type AnyStateStore, InvalidInputError, type StateStore } from '@descartes/sdk'
import { describe } from './describe.ts'

/** The store for states that are LangGraph's: the caller's schema and upcasters are for the caller's own. */
export function forOwnStates(store: AnyStateStore): StateStore {
  if (typeof (store as Partial<AnyStateStore> | null | undefined)?.withoutSchema === 'function')
    return store.withoutSchema()
  throw new InvalidInputError('store', 'a StateStore, as `await openStateStore()` gives it', describe(store))
}
