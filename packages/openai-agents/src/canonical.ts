import { types } from 'node:util'
import { InvalidInputError } from '@descartes/sdk'

/**
 * One text for all values that a transaction takes for equal, whatever the order of their keys, and no other value's. What
 * cannot be compared so is refused: all but plain objects, arrays, bytes and primitives of JSON, and undefined.
 */
export function canonical(value: unknown, path: string): string {
  return write(value, path, [])
}

function write(value: unknown, path: string, above: readonly object[]): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : `${value}`
  if (value === null || value === undefined || typeof value === 'boolean') return `${value}`
  if (typeof value !== 'object') return refuse(path, `a ${typeof value}`)
  if (types.isUint8Array(value)) return `bytes:${Buffer.from(value).toString('base64')}`
  if (above.includes(value)) return refuse(path, 'a value that contains itself')
  const inner = [...above, value]
  if (Array.isArray(value)) {
    if (Reflect.ownKeys(value).length !== value.length + 1)
      return refuse(path, 'an array with holes or named properties')
    const items = Array.from({ length: value.length }, (_, i) => Object.getOwnPropertyDescriptor(value, i))
    if (!items.every(isData)) return refuse(path, 'an array with holes, getters or hidden items')
    return `[${items.map((item, i) => write(item.value, `${path}/${i}`, inner))}]`
  }
  if (!isPlain(value)) return refuse(path, 'an instance of a class')
  const properties = Object.entries(Object.getOwnPropertyDescriptors(value))
  if (!properties.every(([, property]) => isData(property)) || Object.getOwnPropertySymbols(value).length > 0)
    return refuse(path, 'an object with a getter, a hidden property or a symbol key')
  const sorted = properties.toSorted(([a], [b]) => (a < b ? -1 : 1))
  const texts = sorted.map(([key, { value: inside }]) => {
    const at = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    return `${JSON.stringify(key)}:${write(inside, at, inner)}`
  })
  return `{${texts}}`
}

/** Whether a property is a value that a copy takes, too. */
function isData(property: PropertyDescriptor | undefined): property is PropertyDescriptor {
  return property?.enumerable === true && 'value' in property
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

function refuse(path: string, received: string): never {
  throw new InvalidInputError(path, 'plain data: objects, arrays, bytes, text, numbers, true, false or null', received)
}
