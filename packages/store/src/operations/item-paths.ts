/** The paths from a prefix on down, in the order of their text: all between two texts, both included. */
export interface PathRange {
  from: string
  to: string
}

/**
 * The paths that begin with these labels, and the one of just these. After `["users"` a path goes on with `,` or ends with
 * `]`, and all that sorts between begins so.
 */
export function pathsFrom(labels: readonly string[]): PathRange {
  const text = JSON.stringify(labels)
  return labels.length === 0 ? { from: '[', to: ']' } : { from: `${text.slice(0, -1)},`, to: text }
}

/** Items in the order that whoever writes several locks them in, so that no two writers wait for each other. */
export function inOneOrder<Item extends { path: string; key: string }>(items: readonly Item[]): Item[] {
  return items.toSorted((a, b) => compare(a.path, b.path) || compare(a.key, b.key))
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
