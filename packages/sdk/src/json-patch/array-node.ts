import { Container, EVERY, NONE, RUN_ITEMS, type Search } from './container.ts'
import type { Node } from './node.ts'
import type { Writer } from './writer.ts'

const SIMPLE_RUN = new RegExp(`(?:(?:"[^"\\\\]*"|[^,"[\\]{}]*),){${RUN_ITEMS}}`, 'y')

export class ArrayNode extends Container<Node> {
  get(index: number): Node | undefined {
    const [items, i] = this.#seek(index) ?? []
    return items?.[i as number]
  }

  length(): number {
    this.find(NONE)
    return this.parts.reduce((sum, part) => sum + (Array.isArray(part) ? part.length : part.count), 0)
  }

  /** All items, in order. */
  items(): Node[] {
    while (this.find(EVERY));
    return this.parts.flatMap((_, i) => this.read(i))
  }

  append(node: Node): void {
    if (this.isFound) this.add(node)
    else this.appended.push(node)
  }

  /** Puts an item before that of this index; false if the array is shorter than that. */
  insert(index: number, node: Node): boolean {
    const [items, i] = this.#seek(index) ?? []
    if (items !== undefined) items.splice(i as number, 0, node)
    else if (index === this.length()) this.add(node)
    else return false
    return true
  }

  /** Puts an item in the place of one that is there. */
  replace(index: number, node: Node): void {
    const [items, i] = this.#seek(index) as [Node[], number]
    items[i] = node
  }

  /** Removes an item that is there. */
  remove(index: number): void {
    const [items, i] = this.#seek(index) as [Node[], number]
    items.splice(i, 1)
  }

  /** The part that has the item of this index, and its place in it. */
  #seek(index: number): [Node[], number] | undefined {
    let left = index
    for (const [i, part] of this.parts.entries()) {
      const count = Array.isArray(part) ? part.length : part.count
      if (left < count) return [this.read(i), left]
      left -= count
    }
    if (this.isFound) return undefined
    this.find(atIndex(left))
    return this.#seek(index)
  }

  protected override readonly simpleRun = SIMPLE_RUN

  protected override valueAt(at: number): number {
    return at
  }

  protected override itemAt(at: number): Node {
    return this.nodeAt(this.source, at, this.level + 1)
  }

  protected override valueOf(item: Node): Node {
    return item
  }

  protected override writeItem(item: Node, writer: Writer, level: number, isFirst: boolean): boolean {
    if (!isFirst) writer.comma()
    item.write(writer, level)
    return true
  }
}

function atIndex(index: number): Search {
  let left = index
  return {
    isWanted: () => left-- === 0,
    mayBeIn(_from, _to, count) {
      if (left < count) return true
      left -= count
      return false
    },
  }
}
