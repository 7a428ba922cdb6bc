import { InvalidInputError } from '@descartes/store'
import { decodeJson, encodeJson, isTagged, tag, WRAPPER } from '../codec.ts'
import { describe } from '../describe.ts'
import { ArrayNode } from './array-node.ts'
import { type Node, type NodeAt, Scalar } from './node.ts'
import { ObjectNode } from './object-node.ts'
import { formatPointer, type Pointer, toIndex } from './pointer.ts'
import { parseText, STATE_COLUMN, skipSpace } from './scan.ts'
import { type Encoded, isTagAt, startOfWrapped, withTags } from './tagged.ts'
import { nodeAt, taggedNodeAt } from './tree.ts'
import { Writer } from './writer.ts'

/** The text of a document, and what is changed in it. */
export class Document {
  root: Node
  readonly #oldRoot: Node
  readonly #text: string
  readonly #hasTags: boolean
  readonly #nodeAt: NodeAt

  /** With `forTags`, a plain document is made one that can hold values with tags. */
  constructor(text: string, forTags = false) {
    this.#hasTags = forTags || isTagged(text)
    this.#text = this.#hasTags && !isTagged(text) ? tagStored(text) : text
    this.#nodeAt = this.#hasTags ? taggedNodeAt : nodeAt
    this.root = this.#nodeAt(this.#text, this.#hasTags ? startOfWrapped(this.#text) : skipSpace(text, 0), 0)
    this.#oldRoot = this.root
  }

  /** The text as it is now; `field` is where the change was given, should it leave more than a document can be. */
  text(field: string, maxBytes: number): string {
    if (isUndefined(this.root)) throw new InvalidInputError(field, 'a change that leaves a value', 'one that does not')
    const writer = new Writer(field, maxBytes, this.#hasTags)
    if (this.#hasTags) writer.copy(this.#text, 0, startOfWrapped(this.#text))
    this.root.write(writer, 0)
    if (this.#hasTags) writer.literal('}')
    const text = writer.text()
    // Rare: the codec tells how a document is written that looks as if it had tags, and whether one is too deep that has.
    if (!this.#hasTags && this.#hasWrapper()) return encodeJson(parseText(text), field, maxBytes)
    if (writer.isDeep) writer.requireReadable(() => decodeJson(text, STATE_COLUMN))
    return text
  }

  /** A value, to be put into this document. */
  nodeOf(value: Encoded): Node {
    return this.copyOf(this.#hasTags ? withTags(value) : value.text)
  }

  /** The value of a text that was taken from this document. */
  copyOf(text: string): Node {
    return this.#nodeAt(text, 0, 0)
  }

  /** A key of the user's as it stands in this document. */
  keyOf(key: string): string {
    return this.#hasTags && key.startsWith('$') ? `$${key}` : key
  }

  /** The user's key of one in this document. */
  userKeyOf(key: string): string {
    return this.#hasTags && key.startsWith('$') ? key.slice(1) : key
  }

  /** Goes to all these places once. The longest ways first: what lies around them is then passed by only once. */
  visit(pointers: readonly Pointer[]): void {
    for (const { keys } of pointers.toSorted((a, b) => b.keys.length - a.keys.length)) this.#descend(keys)
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
    if (parent instanceof ObjectNode) parent.set(this.keyOf(key), value)
    else if (key === '-') parent.append(value)
    else {
      const index = toIndex(key)
      if (index === undefined || !parent.insert(index, value))
        refuse(pointer, `in ${name(pointer.keys.slice(0, -1))} there are 0 to ${parent.length()}, and -`)
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
    if (parent instanceof ObjectNode) parent.set(this.keyOf(key), value)
    else parent.replace(Number(key), value)
  }

  remove(pointer: Pointer): Node {
    if (pointer.keys.length === 0)
      throw new InvalidInputError(pointer.field, 'a path to something in the document', 'the whole document')
    const value = this.require(pointer)
    const [parent, key] = this.#requireParent(pointer)
    if (parent instanceof ObjectNode) parent.remove(this.keyOf(key))
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
    // A key may come again, and the last counts. The innermost first: so no text is passed by twice.
    for (let i = Math.min(path.length, keys.length) - 1; i >= 0; i--) {
      const node = path[i]
      if (node instanceof ObjectNode) node.settle(this.keyOf(keys[i] as string))
    }
    const again = this.#descend(keys)
    return again.length === path.length && again.at(-1) === path.at(-1) ? again : this.#walk(keys)
  }

  #descend(keys: readonly string[]): Node[] {
    const path = [this.root]
    for (const key of keys) {
      const child = this.#childOf(path.at(-1) as Node, key)
      if (child === undefined) break
      path.push(child)
    }
    return path
  }

  #childOf(node: Node, key: string): Node | undefined {
    if (node instanceof ObjectNode) return node.first(this.keyOf(key))
    const index = toIndex(key)
    return node instanceof ArrayNode && index !== undefined ? node.get(index) : undefined
  }

  #hasWrapper(): boolean {
    if (!(this.root instanceof ObjectNode)) return false
    return this.root === this.#oldRoot ? this.root.hasRead(WRAPPER) : this.root.get(WRAPPER) !== undefined
  }
}

/** Once in a document's life: so it can be parsed, lest the wrapper close what a broken text has left open. */
function tagStored(text: string): string {
  parseText(text)
  return tag(text)
}

/** The text of a value as it is now; `field` is where the change was given, should it leave more than `maxBytes`. */
export function textOf(node: Node, field: string, maxBytes: number): string {
  const writer = new Writer(field, maxBytes, true)
  node.write(writer, 0)
  return writer.text()
}

export function isUndefined(node: Node): boolean {
  return node instanceof Scalar && isTagAt(node.source, node.start, '$undefined')
}

function whyItEnds(keys: readonly string[], path: readonly Node[]): string {
  const last = path.at(-1)
  const way = keys.slice(0, path.length - 1)
  if (last instanceof ObjectNode) return `there is no ${describe(keys[path.length - 1])} in ${name(way)}`
  if (last instanceof ArrayNode) return `${name(way)} is an array of ${last.length()}`
  return `${name(way)} is no plain object or array`
}

function name(keys: readonly string[]): string {
  return keys.length === 0 ? 'the document' : describe(formatPointer(keys))
}

function refuse(pointer: Pointer, reason: string): never {
  throw new InvalidInputError(pointer.field, `a path that leads somewhere (${reason})`, describe(pointer.text))
}
