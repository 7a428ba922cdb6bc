/** What keeps two lists from holding the same items, each once. */
export function sameItems(expected: readonly string[], found: readonly string[]): string[] {
  const times = new Map<string, number>()
  for (const item of found) times.set(item, (times.get(item) ?? 0) + 1)
  const wanted = new Set(expected)
  const missing = expected.filter((item) => !times.has(item)).map((item) => `${item} is missing`)
  const surplus = [...times].flatMap(([item, n]) => {
    if (!wanted.has(item)) return [`${item} should not be there`]
    return n > 1 ? [`${item} is there ${n} times`] : []
  })
  return [...missing, ...surplus]
}
