/** What two values differ in, with the way to it; undefined if they are the same in every bit, key, kind and order. */
export function differenceOf(actual: unknown, expected: unknown, way = 'value'): string | undefined {
  if (Object.is(actual, expected)) return undefined
  const differs = `${way} is ${show(actual)}, not ${show(expected)}`
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null) return differs
  if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) return differs
  if (contentOf(actual) !== contentOf(expected)) return differs
  const [parts, others] = [partsOf(actual), partsOf(expected)]
  if (parts.length !== others.length) return `${way} has ${parts.length} parts, not ${others.length}`
  for (const [i, part] of parts.entries()) {
    const different = differenceOf(part, others[i], `${way}/${Math.floor(i / 2)}`)
    if (different !== undefined) return different
  }
  return undefined
}

/** What a built-in holds besides its parts, as text. */
function contentOf(value: object): string {
  if (value instanceof Date) return String(value.getTime())
  if (value instanceof RegExp) return JSON.stringify([value.source, value.flags, value.lastIndex])
  if (value instanceof URL) return value.href
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('hex')
  if (!ArrayBuffer.isView(value)) return ''
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')
}

/** Keys and values in turn, in their order. */
function partsOf(value: object): unknown[] {
  if (value instanceof Map) return [...value].flat(1)
  if (value instanceof Set) return [...value].flatMap((item) => [item, item])
  if (ArrayBuffer.isView(value)) return []
  return Reflect.ownKeys(value).flatMap((key) => [key, Object.getOwnPropertyDescriptor(value, key)?.value])
}

function show(value: unknown): string {
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value)
  return `${Object.getPrototypeOf(value)?.constructor?.name} ${contentOf(value)}`
}
