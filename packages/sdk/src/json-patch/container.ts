import type { Node, NodeAt } from './node.ts'
import * as scan from './scan.ts'
import type { Writer } from './writer.ts'

/** Items that were passed by, and are still text. */
interface Run {
  readonly from: number
  to: number
  count: number
}

/** What is looked for among the items that have not been found yet. */
export interface Search {
  /** Whether the item that starts there is wanted. */
  isWanted(at: number): boolean
  /** Passes by so many simple items at once; false if one of them may be wanted. */
  skip(from: number, to: number, count: number): boolean
}

/** Finds all items, and wants none. */
export const NONE: Search = { isWanted: () => false, skip: () => true }

/** So many items or characters make a run: few enough to be looked through again when one of them is wanted. */
export const RUN_ITEMS = 64
const RUN_LENGTH = 16_384
/** An item of that length is kept by itself, with its end: to look through it again would be dear. */
const LONG = 4_096

/**
 * What arrays and objects have in common. Their items are found one after the other, from the front, as far as is
 * needed; those that nobody asks for are kept as runs of text.
 */
export abstract class Container<Item> implements Node {
  readonly source: string
  readonly start: number
  readonly level: number
  protected readonly nodeAt: NodeAt
  /** All that has been found, in order. */
  protected readonly parts: (Run | Item[])[] = []
  /** What was put after the items that have not been found yet. */
  protected readonly appended: Item[] = []
  /** What was found last: its end, or its value while that has not been looked for. */
  #last: number | Node
  /** Where the next item starts that has not been found; -1 while that is not known. */
  #next = -1
  #end = -1
  #isFound = false

  constructor(source: string, start: number, level: number, nodeAt: NodeAt) {
    this.source = source
    this.start = start
    this.level = level
    this.nodeAt = nodeAt
    this.#last = start + 1
  }

  /** Matches as many simple items as make a run, with a comma after each. */
  protected abstract readonly simpleRun: RegExp
  /** Where the value of the item that starts at `at` starts. */
  protected abstract valueAt(at: number): number
  protected abstract itemAt(at: number): Item
  protected abstract valueOf(item: Item): Node
  /** False if the item is no longer there. */
  protected abstract writeItem(item: Item, writer: Writer, level: number, isFirst: boolean): boolean

  /** Whether all items have been found. */
  protected get isFound(): boolean {
    return this.#isFound
  }

  /** Goes on to the next item that is wanted and reads it; false if there is none. */
  protected find(search: Search): boolean {
    let run: Run | undefined
    let patience = 0
    while (this.#findNext()) {
      if (patience === 0 && this.#passRun(search)) {
        run = undefined
        continue
      }
      patience = patience === 0 ? RUN_ITEMS : patience - 1
      const at = this.#next
      this.#next = -1
      if (search.isWanted(at)) {
        this.#last = this.valueOf(this.#take(at))
        return true
      }
      const end = scan.endOfValue(this.source, this.valueAt(at))
      this.#last = end
      if (end - at >= LONG) {
        this.valueOf(this.#take(at)).endsAt(end)
        run = undefined
      } else if (run === undefined || run.count === RUN_ITEMS || end - run.from > RUN_LENGTH) {
        run = { from: at, to: end, count: 1 }
        this.parts.push(run)
      } else {
        run.to = end
        run.count++
      }
    }
    return false
  }

  /** Passes by many items at once, if they are simple; that takes a tenth of the time. */
  #passRun(search: Search): boolean {
    const from = this.#next
    this.simpleRun.lastIndex = from
    if (!this.simpleRun.test(this.source)) return false
    const to = this.simpleRun.lastIndex - 1
    if (!search.skip(from, to, RUN_ITEMS)) return false
    this.parts.push({ from, to, count: RUN_ITEMS })
    this.#next = scan.skipSpace(this.source, to + 1)
    return true
  }

  #take(at: number): Item {
    const item = this.itemAt(at)
    this.add(item)
    return item
  }

  /** Adds an item to those that have been found. */
  protected add(item: Item): void {
    const part = this.parts.at(-1)
    if (Array.isArray(part)) part.push(item)
    else this.parts.push([item])
  }

  /** Reads the items of a part. */
  protected read(index: number): Item[] {
    const part = this.parts[index] as Run | Item[]
    if (Array.isArray(part)) return part
    const items: Item[] = []
    for (let at = part.from; at < part.to; ) {
      const item = this.itemAt(at)
      items.push(item)
      const comma = scan.skipSpace(this.source, this.valueOf(item).sourceEnd())
      at = scan.skipSpace(this.source, comma + 1)
    }
    this.parts[index] = items
    return items
  }

  sourceEnd(): number {
    if (this.#end === -1)
      this.#end = scan.endOfContainer(this.source, this.#next === -1 ? this.#endOfLast() : this.#next)
    return this.#end
  }

  endsAt(end: number): void {
    this.#end = end
  }

  write(writer: Writer, level: number): void {
    writer.requireDepth(level + 1)
    writer.copy(this.source, this.start, this.start + 1)
    const hasMore = this.#findNext()
    let isFirst = true
    for (const part of this.parts) {
      if (Array.isArray(part)) isFirst = this.#writeItems(part, writer, level + 1, isFirst)
      else isFirst = this.#writeText(part.from, part.to, writer, level + 1, isFirst)
    }
    if (hasMore) {
      this.#writeText(this.#next, this.sourceEnd() - 1, writer, level + 1, isFirst)
      this.#writeItems(this.appended, writer, level + 1, false)
    }
    writer.copy(this.source, this.sourceEnd() - 1, this.sourceEnd())
  }

  #writeItems(items: readonly Item[], writer: Writer, level: number, isFirst: boolean): boolean {
    for (const item of items) if (this.writeItem(item, writer, level, isFirst)) isFirst = false
    return isFirst
  }

  #writeText(from: number, to: number, writer: Writer, level: number, isFirst: boolean): boolean {
    // Where it comes from it is not too deep. Further down, that must be looked at.
    if (level > this.level + 1) writer.requireDepth(level + scan.depthOf(this.source, from, to))
    if (!isFirst) writer.comma()
    writer.copy(this.source, from, to)
    return false
  }

  #endOfLast(): number {
    if (typeof this.#last !== 'number') this.#last = this.#last.sourceEnd()
    return this.#last
  }

  #findNext(): boolean {
    if (this.#next !== -1 || this.#isFound) return !this.#isFound
    const last = this.#endOfLast()
    const at = scan.skipSpace(this.source, last)
    const char = this.source.charCodeAt(at)
    if (char === scan.CLOSE_ARRAY || char === scan.CLOSE_OBJECT) {
      this.#end = at + 1
      this.#isFound = true
      if (this.appended.length > 0) this.parts.push(this.appended)
    } else if (last === this.start + 1) this.#next = at
    else if (char === scan.COMMA) this.#next = scan.skipSpace(this.source, at + 1)
    else scan.notJson()
    return !this.#isFound
  }
}
