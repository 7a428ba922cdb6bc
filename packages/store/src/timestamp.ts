/**
 * The text that a moment is stored as: ISO 8601 in UTC with milliseconds and `+00:00`, exactly what Prisma writes on
 * SQLite, so that both doors compare and sort equal.
 */
export function toTimestamp(date: Date): string {
  return `${date.toISOString().slice(0, -1)}+00:00`
}

/** Before and after all moments that are stored. */
export const BEGINNING_OF_TIME = '0001-01-01T00:00:00.000+00:00'
export const END_OF_TIME = '9999-12-31T23:59:59.999+00:00'

let latest = { ms: 0, text: '' }

/** The present moment, as it is stored. */
export function timestampNow(): string {
  const ms = Date.now()
  // To write a date out costs a microsecond, and a batch of writes falls into one or two milliseconds.
  if (ms !== latest.ms) latest = { ms, text: toTimestamp(new Date(ms)) }
  return latest.text
}

/** The moment so many milliseconds from now. */
export function timestampIn(ms: number): string {
  return toTimestamp(new Date(Date.now() + ms))
}

/** A stored moment as a Date. */
export function fromTimestamp(text: string): Date {
  return new Date(text)
}
