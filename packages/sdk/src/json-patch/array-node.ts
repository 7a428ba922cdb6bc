import { Container, NONE, RUN_ITEMS, type Search } from './container.ts'
import type { Node } from './node.ts'
import type { Writer } from './writer.ts'

const SIMPLE_RUN = new RegExp(`(?:(?:"[^"\\\\]*"|[^,"[\\]{}]*),){${RUN_ITEMS}}`, 'y')

/** After so many searches, all items are read and put into groups: to go through the parts each time takes longer. */
const SEARCHES = 4_096
const GROUP = 1_024

export class ArrayNode extends Container<Node> {
  #searches = 0

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
    this.find(NONE)
    return this.parts.flatMap((_, i) => this.read(i))
  }

  append(node: Node): void {
    if (this.isFound) this.add(node)
    else this.appended.push(node)
  }

  /** Puts an item before that of this index; false if the array is shorter than that. */
  insert(index: number, node: Node): boolean {
    const [items, i] = this.#seek(index) ?? []
    if (items !== undefined) {
      items.splice(i as number, 0, node)
      if (items.length > 2 * GROUP) this.#split(items)
    } else if (index === this.length()) this.add(node)
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
    if (this.#searches++ === SEARCHES) this.#group()
    let left = index
    for (let i = 0; i < this.parts.length; i++) {
      const part = this.parts[i] as (typeof this.parts)[number]
      const count = Array.isArray(part) ? part.length : part.count
      if (left < count) return [this.read(i), left]
      left -= count
    }
    if (this.isFound) return undefined
    this.find(atIndex(left))
    return this.#seek(index)
  }

  #group(): void {
    const items = this.items()
    this.parts.length = 0
    for (let i = 0; i < items.length; i += GROUP) this.parts.push(items.slice(i, i + GROUP))
  }

  #split(items: readonly Node[]): void {
    this.parts.splice(this.parts.indexOf(items as Node[]), 1, items.slice(0, GROUP), items.slice(GROUP))
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
    skip(_from, _to, count) {
      if (left < count) return false
      left -= count
      return true
    },
  }
}
