import { type Operation, query, statement } from '../operation.ts'
import { timestampNow } from '../timestamp.ts'
import { pathsFrom } from './item-paths.ts'
import { LIVES } from './save-item.ts'

export interface ListItemPaths {
  /** The labels that the paths begin with. */
  prefix: readonly string[]
  /** The path that the page starts after; '' for the first page. */
  after: string
  limit: number
}

// From each path one step to the next: the items of a path are not gone through.
const LIST = statement<{ path: string }>(
  `WITH RECURSIVE found(path) AS (
     SELECT (SELECT path FROM items WHERE namespace = ? AND path >= ? AND path <> ? AND path <= ? AND ${LIVES} ORDER BY path LIMIT 1)
     UNION ALL
     SELECT (SELECT i.path FROM items i WHERE i.namespace = ? AND i.path > f.path AND i.path <= ? AND ${LIVES} ORDER BY i.path LIMIT 1)
     FROM found f WHERE f.path IS NOT NULL
   ) SELECT path FROM found WHERE path IS NOT NULL LIMIT ?`,
)

/** Lists the paths that have items, each once, in the order of their text. */
export function* listItemPaths(
  namespace: string,
  { prefix, after, limit }: ListItemPaths,
): Operation<{ path: string }[]> {
  const { from, to } = pathsFrom(prefix)
  const now = timestampNow()
  // One lower bound: of two, an index would be searched by either.
  const first = [namespace, after === '' ? from : after, after, to, now]
  return yield* query(LIST, [...first, namespace, to, now, limit])
}
