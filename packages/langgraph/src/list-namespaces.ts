import { setImmediate as turn } from 'node:timers/promises'
import type { StateStore } from '@descartes/sdk'
import type { MatchCondition } from '@langchain/langgraph-checkpoint'
import type { List } from './store-steps.ts'

/** Any label stands for this one. */
const ANY = '*'

/** The namespaces that have items and fit every condition, cut to a depth, each once; parents before their children. */
export async function listNamespaces(
  store: StateStore,
  { conditions, maxDepth, limit, offset }: List,
): Promise<string[][]> {
  const found = new Map<string, string[]>()
  for await (const path of pathsOf(store, literalPrefix(conditions))) {
    if (!conditions.every((condition) => fits(path, condition))) continue
    const cut = path.slice(0, maxDepth)
    found.set(JSON.stringify(cut), cut)
  }
  return [...found.values()].sort(compare).slice(offset, offset + limit)
}

async function* pathsOf(store: StateStore, pathPrefix: string[]): AsyncGenerator<string[]> {
  let cursor: string | undefined
  do {
    const { items, nextCursor } = await store.listItemPaths({ pathPrefix, cursor })
    yield* items
    cursor = nextCursor ?? undefined
    // Others get their turn between two pages.
    if (cursor !== undefined) await turn()
  } while (cursor !== undefined)
}

/** The labels that every namespace must begin with, as far as that is certain. */
function literalPrefix(conditions: readonly MatchCondition[]): string[] {
  const path = conditions.find(({ matchType }) => matchType === 'prefix')?.path ?? []
  return path.includes(ANY) ? path.slice(0, path.indexOf(ANY)) : path
}

function fits(path: readonly string[], { matchType, path: wanted }: MatchCondition): boolean {
  const start = matchType === 'prefix' ? 0 : path.length - wanted.length
  return (
    start >= 0 && wanted.every((label, i) => label === path[start + i] || (label === ANY && start + i < path.length))
  )
}

function compare(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((label, i) => label !== b[i])
  if (at === -1) return a.length - b.length
  const other = b[at]
  return other === undefined || (a[at] as string) > other ? 1 : -1
}
