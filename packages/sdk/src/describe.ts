/** A value in a few words, for an error's message. Never throws, whatever the value does when it is touched. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.length <= 40
        ? JSON.stringify(value)
        : `${JSON.stringify(value.slice(0, 40))}… (${value.length} characters)`
    case 'function':
      return 'a function'
    case 'bigint':
      return `the bigint ${value}n`
    case 'object':
      return value === null ? 'null' : describeObject(value)
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    default:
      return String(value)
  }
}

function describeObject(value: object): string {
  try {
    if (Array.isArray(value)) return `an array of ${value.length}`
    if (value instanceof Date && Number.isNaN(value.getTime())) return 'an invalid Date'
    const name: unknown = Object.getPrototypeOf(value)?.constructor?.name
    return typeof name === 'string' && name !== 'Object' && name !== '' ? `an instance of ${name}` : 'an object'
  } catch {
    return 'an object that throws'
  }
}
