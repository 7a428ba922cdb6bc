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
