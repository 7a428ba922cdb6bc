import { IncrementalWriter } from './incremental-writer.ts'
import { type Run, startsRun } from './shadow.ts'

/** A plain value as its JSON text in UTF-8, and what the next value like it is compared with. */
export interface Encoded {
  /** Never written to again: later texts are copied from it. */
  readonly text: Buffer
  /** A copy of the value's structure; it holds none of its objects. */
  readonly root: Run
  /** Bytes that it holds, roughly. */
  readonly memory: number
}

/**
 * The text that `JSON.stringify` writes of a value for which `isPlainJson` is true; undefined for any other value, and for a
 * text of more than `maxBytes`. What is equal in the value encoded before is copied from its text: that makes it fast, and
 * changes nothing in what comes out. That nothing has a `toJSON` method from its prototype is for the caller to see to.
 */
export function encodePlain(value: unknown, maxBytes: number, before?: Encoded): Encoded | undefined {
  const old = before?.root
  if (before !== undefined && old !== undefined && old.node === undefined && before.text.length <= maxBytes)
    if (startsRun({ value: [value], keys: undefined }, 0, old)) return before
  const written = new IncrementalWriter(maxBytes, before?.text).write(value, old?.node)
  return written && { ...written, memory: written.text.length + written.root.memory }
}
