/**
 * JSON text as PostgreSQL gives a `jsonb` of it back: keys by length, then by bytes; blanks after commas and colons; numbers
 * without exponents. Written so, metadata has the same text before and after it was stored.
 */
export function toJsonbText(text: string): string {
  return write(JSON.parse(text))
}

/** True for JSON text with U+0000 in one of its strings, which a `jsonb` cannot hold. */
export function holdsNul(text: string): boolean {
  return /(?<!\\)(?:\\\\)*\\u0000/.test(text)
}

function write(value: unknown): string {
  if (typeof value === 'number') return decimal(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(write).join(', ')}]`
  const entries = Object.entries(value)
    .map(([key, member]) => ({ key: Buffer.from(key), text: `${JSON.stringify(key)}: ${write(member)}` }))
    .sort((a, b) => a.key.length - b.key.length || a.key.compare(b.key))
  return `{${entries.map(({ text }) => text).join(', ')}}`
}

/** `1.5e-7` as `0.00000015`, `1e+21` as `1000000000000000000000`. */
function decimal(value: number): string {
  const [mantissa = '', exponent] = String(value).split('e')
  if (exponent === undefined) return mantissa
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(mantissa) ?? []
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return `${sign}${digits.slice(0, point).padEnd(point, '0')}${point < digits.length ? `.${digits.slice(point)}` : ''}`
}
