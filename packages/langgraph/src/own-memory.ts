import { types } from 'node:util'

/** What an object takes by itself, and each of its items. */
const OBJECT_BYTES = 48
const ITEM_BYTES = 16
/** Shorter strings are never part of another one. */
const LEAST_PART = 13

/** A value that is held in memory, and about how many bytes of it. */
export interface Owned {
  value: unknown
  bytes: number
}

/**
 * A stored value in memory of its own, changed in place. A string may be a part of a far longer one, which it would keep
 * there (https://crbug.com/v8/2869); it is copied, unless `before`, which owns its own, has an equal one at its place.
 */
export function inOwnMemory(value: unknown, before: unknown): Owned {
  const owning = new Owning()
  return { value: owning.own(value, before), bytes: owning.bytes }
}

class Owning {
  bytes = 0

  own(value: unknown, before: unknown): unknown {
    this.bytes += ITEM_BYTES
    if (typeof value === 'string') return this.#ownText(value, before)
    if (typeof value === 'bigint') this.bytes += value.toString(16).length / 2
    if (typeof value !== 'object' || value === null) return value
    this.bytes += OBJECT_BYTES
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) this.bytes += value.byteLength
    else if (Array.isArray(value)) this.#ownItems(value, before)
    else if (types.isMap(value)) return new Map(this.#ownList([...value]) as [unknown, unknown][])
    else if (types.isSet(value)) return new Set(this.#ownList([...value]))
    else this.#ownFields(value as Record<string, unknown>, before)
    return value
  }

  #ownText(text: string, before: unknown): string {
    this.bytes += 2 * text.length
    if (text.length < LEAST_PART) return text
    return text === before ? before : (JSON.parse(JSON.stringify(text)) as string)
  }

  #ownList(list: unknown[]): unknown[] {
    this.#ownItems(list, undefined)
    return list
  }

  #ownItems(list: unknown[], before: unknown): void {
    const earlier: readonly unknown[] = Array.isArray(before) ? before : []
    for (let i = 0; i < list.length; i++) list[i] = this.own(list[i], earlier[i])
  }

  #ownFields(fields: Record<string, unknown>, before: unknown): void {
    const earlier = (typeof before === 'object' && before !== null ? before : {}) as Record<string, unknown>
    for (const key of Object.keys(fields)) {
      this.bytes += key.length
      fields[key] = this.own(fields[key], earlier[key])
    }
  }
}
