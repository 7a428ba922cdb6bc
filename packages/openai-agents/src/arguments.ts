import { type AnyStateStore, FIXED_LIMITS, type StateStore } from '@descartes/sdk'
import type { AgentInputItem, SessionHistoryMutation } from '@openai/agents'
import { invalid, readArgument } from './invalid.ts'

/** What an agent's id in the store may take, without the brackets and quotes that make it JSON. */
const MAX_BYTES = FIXED_LIMITS.idBytes - 4

/** The options, if each is known: one that is misspelt would be passed over, and a session without its id is a new one. */
export function readOptions<T extends object>(options: T, known: readonly (keyof T & string)[]): T {
  return readArgument('options', options, () => {
    if (typeof options !== 'object' || options === null) throw invalid('options', 'an object', options)
    const names: readonly string[] = known
    const unknown = Object.keys(options).find((name) => !names.includes(name))
    if (unknown !== undefined) throw invalid(`options/${unknown}`, `one of ${known.join(', ')}`, unknown)
    return options
  })
}

export function readSessionId(id: unknown): string {
  const isId =
    typeof id === 'string' &&
    id !== '' &&
    id.isWellFormed() &&
    !id.includes('\0') &&
    id.normalize('NFC') === id &&
    Buffer.byteLength(JSON.stringify(id)) - 2 <= MAX_BYTES
  if (!isId)
    throw invalid('sessionId', `1 to ${MAX_BYTES} bytes of text as JSON, without NUL, in Unicode normal form C`, id)
  return id
}

/** The store for states that are sessions: the caller's schema and upcasters are for the caller's own. */
export function readStore(store: AnyStateStore): StateStore {
  if (typeof (store as Partial<AnyStateStore> | null | undefined)?.withoutSchema === 'function')
    return store.withoutSchema()
  throw invalid('store', 'a StateStore, as `await openStateStore()` gives it', store)
}

/** How many items are wanted at most. */
export function readLimit(limit: unknown = Number.POSITIVE_INFINITY): number {
  if (limit === Number.POSITIVE_INFINITY || Number.isInteger(limit)) return limit as number
  throw invalid('limit', 'an integer', limit)
}

/** Items as a list of objects; what stands in them, the store checks. */
export function readItems(items: unknown): AgentInputItem[] {
  return readArgument('items', items, () => {
    if (!Array.isArray(items)) throw invalid('items', 'an array of items', items)
    for (const [i, item] of items.entries())
      if (typeof item !== 'object' || item === null || Array.isArray(item)) throw invalid(`items/${i}`, 'an item', item)
    return items
  })
}

/** A copy of the mutations, which cannot change while others are waited for. */
export function readMutations(args: unknown): SessionHistoryMutation[] {
  return readArgument('mutations', args, () => {
    const mutations: unknown = structuredClone((args as { mutations?: unknown } | null | undefined)?.mutations)
    if (!Array.isArray(mutations)) throw invalid('mutations', 'an array of mutations', mutations)
    for (const [i, mutation] of mutations.entries()) {
      const { type, callId, replacement } = mutation ?? {}
      if (type !== 'replace_function_call') throw invalid(`mutations/${i}/type`, 'replace_function_call', type)
      if (typeof callId !== 'string') throw invalid(`mutations/${i}/callId`, 'the id of a function call', callId)
      if (replacement?.type !== 'function_call')
        throw invalid(`mutations/${i}/replacement`, 'a function_call', replacement)
    }
    return mutations
  })
}
