import { InvalidInputError } from '@descartes/store'
import { describe } from '../describe.ts'
import { ArrayNode } from './array-node.ts'
import type { Node } from './node.ts'
import { ObjectNode } from './object-node.ts'
import { formatPointer, type Pointer, toIndex } from './pointer.ts'
import { skipSpace } from './scan.ts'
import { nodeAt } from './tree.ts'
import { Writer } from './writer.ts'

/** The text of a document, and what is changed in it. */
export class Document {
  root: Node

  constructor(text: string) {
    this.root = nodeAt(text, skipSpace(text, 0), 0)
  }

  text(field: string, maxBytes: number): string {
    return textOf(this.root, field, maxBytes)
  }

  /** The value at the pointer; undefined if there is none. */
  find(pointer: Pointer): Node | undefined {
    return this.#walk(pointer.keys)[pointer.keys.length]
  }

  /** The value at the pointer; refused if there is none. */
  require(pointer: Pointer): Node {
    const path = this.#walk(pointer.keys)
    return path[pointer.keys.length] ?? refuse(pointer, whyItEnds(pointer.keys, path))
  }

  /** Puts a value where there may be none: in an object by its key, in an array before the item of that index. */
  add(pointer: Pointer, value: Node): void {
    if (pointer.keys.length === 0) {
      this.root = value
      return
    }
    const [parent, key] = this.#requireParent(pointer)
    if (parent instanceof ObjectNode) parent.set(key, value)
    else if (key === '-') parent.append(value)
    else {
      const index = toIndex(key)
      if (index === undefined || !parent.insert(index, value))
        refuse(pointer, `the keys of ${name(pointer.keys.slice(0, -1))} here are 0 to ${parent.length()}, and -`)
    }
  }

  /** Puts a value in the place of one that is there. */
  replace(pointer: Pointer, value: Node): void {
    this.require(pointer)
    if (pointer.keys.length === 0) {
      this.root = value
      return
    }
    const [parent, key] = this.#requireParent(pointer)
    if (parent instanceof ObjectNode) parent.set(key, value)
    else parent.replace(Number(key), value)
  }

  remove(pointer: Pointer): Node {
    if (pointer.keys.length === 0)
      throw new InvalidInputError(pointer.field, 'a path to something in the document', 'the whole document')
    const value = this.require(pointer)
    const [parent, key] = this.#requireParent(pointer)
    if (parent instanceof ObjectNode) parent.remove(key)
    else parent.remove(Number(key))
    return value
  }

  #requireParent(pointer: Pointer): [ArrayNode | ObjectNode, string] {
    const keys = pointer.keys.slice(0, -1)
    const path = this.#walk(keys)
    const parent = path[keys.length]
    if (parent instanceof ObjectNode || parent instanceof ArrayNode) return [parent, pointer.keys.at(-1) as string]
    return refuse(pointer, whyItEnds(pointer.keys, path))
  }

  /** The values on the way down, from the root to where the keys lead or the last that is there. */
  #walk(keys: readonly string[]): Node[] {
    const path = this.#descend(keys)
    // A key may come again, and the last counts. The innermost first: so no text is read twice.
    for (let i = Math.min(path.length, keys.length) - 1; i >= 0; i--) {
      const node = path[i]
      if (node instanceof ObjectNode) node.settle(keys[i] as string)
    }
    const again = this.#descend(keys)
    return again.length === path.length && again.at(-1) === path.at(-1) ? again : this.#walk(keys)
  }

  #descend(keys: readonly string[]): Node[] {
    const path = [this.root]
    for (const key of keys) {
      const child = childOf(path.at(-1) as Node, key)
      if (child === undefined) break
      path.push(child)
    }
    return path
  }
}

/** The text of a value as it is now. */
export function textOf(node: Node, field: string, maxBytes: number): string {
  const writer = new Writer(field, maxBytes)
  node.write(writer, 0)
  return writer.text()
}

function childOf(node: Node, key: string): Node | undefined {
  if (node instanceof ObjectNode) return node.first(key)
  const index = toIndex(key)
  return node instanceof ArrayNode && index !== undefined ? node.get(index) : undefined
}

function whyItEnds(keys: readonly string[], path: readonly Node[]): string {
  const last = path.at(-1)
  const way = keys.slice(0, path.length - 1)
  const key = keys[path.length - 1] as string
  if (last instanceof ObjectNode) return `there is no ${describe(key)} in ${name(way)}`
  if (last instanceof ArrayNode) return `${name(way)} is an array of ${last.length()}`
  return `there is nothing in ${name(way)}`
}

function name(keys: readonly string[]): string {
  return keys.length === 0 ? 'the document' : describe(formatPointer(keys))
}

function refuse(pointer: Pointer, reason: string): never {
  throw new InvalidInputError(pointer.field, `a path that leads somewhere (${reason})`, describe(pointer.text))
}
