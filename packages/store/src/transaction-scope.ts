import { AsyncLocalStorage } from 'node:async_hooks'

/** Which transactions the present call runs inside of, innermost first. */
interface Scope {
  readonly engine: object
  readonly transaction: { readonly isOpen: boolean }
  readonly outer: Scope | undefined
}

/** Why a transaction takes no call while one inside it is open. */
export const NESTED =
  'a nested transaction is still open: use the handle that its callback was given, and await it before going on'

const scopes = new AsyncLocalStorage<Scope>()

/** Runs the callback of a transaction, and remembers that all it calls is inside of it. */
export function runInside<T>(engine: object, transaction: Scope['transaction'], work: () => Promise<T>): Promise<T> {
  return scopes.run({ engine, transaction, outer: openScope() }, async () => work())
}

/**
 * True in a call from inside an open transaction of this engine. On the engine itself such a call would wait for the
 * transaction, which waits for the call.
 */
export function isInside(engine: object): boolean {
  for (let scope = scopes.getStore(); scope !== undefined; scope = scope.outer) {
    if (scope.engine === engine && scope.transaction.isOpen) return true
  }
  return false
}

// Work that a callback leaves behind runs in its scope long after; what has ended must not pile up.
function openScope(): Scope | undefined {
  let scope = scopes.getStore()
  while (scope !== undefined && !scope.transaction.isOpen) scope = scope.outer
  return scope
}
