/** What was got, for a message. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'string' && value.length <= 40) return JSON.stringify(value)
  return typeof value === 'number' ? String(value) : typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
