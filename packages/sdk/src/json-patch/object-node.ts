import { Container, NONE, RUN_ITEMS, type Search } from './container.ts'
import type { Node } from './node.ts'
import * as scan from './scan.ts'
import type { Writer } from './writer.ts'

interface Member {
  readonly key: string
  value: Node
  /** Where its key starts in the object's source, and where its first value; -1 for a key that was not there. */
  readonly keyStart: number
  readonly valueStart: number
  isRemoved: boolean
}

const SIMPLE_RUN = new RegExp(`(?:"[^"\\\\]*":(?:"[^"\\\\]*"|[^,"[\\]{}]*),){${RUN_ITEMS}}`, 'y')
/** After so many keys that were looked for in the text, all of them are read. */
const SEARCHES = 16

export class ObjectNode extends Container<Member> {
  /** The members that have been read, and are there. */
  readonly #members = new Map<string, Member>()
  /** Before which part each key has been looked for. */
  readonly #searched = new Map<string, number>()
  #isRead = false
  /** Where the key that was looked at last starts and ends. */
  #keyAt = -1
  #keyEnd = -1

  /** The first value of that key: a guess at the last, which counts. Only `settle` reads on to find that. */
  first(key: string): Node | undefined {
    if (!this.#members.has(key)) this.#search(key, true)
    return this.#members.get(key)?.value
  }

  /** Makes sure that `first` is the last. */
  settle(key: string): void {
    this.#search(key, false)
  }

  hasRead(key: string): boolean {
    return this.#members.has(key)
  }

  get(key: string): Node | undefined {
    this.settle(key)
    return this.#members.get(key)?.value
  }

  set(key: string, value: Node): void {
    this.settle(key)
    const member = this.#members.get(key)
    if (member !== undefined) member.value = value
    else {
      const added = { key, value, keyStart: -1, valueStart: -1, isRemoved: false }
      this.#members.set(key, added)
      this.add(added)
    }
  }

  remove(key: string): void {
    this.settle(key)
    const member = this.#members.get(key)
    if (member === undefined) return
    member.isRemoved = true
    this.#members.delete(key)
  }

  keys(): string[] {
    this.#readAll()
    return [...this.#members.keys()]
  }

  #search(key: string, untilFound: boolean): void {
    if (this.#isRead || (this.isFound && this.#searched.get(key) === this.parts.length)) return
    if (this.#searched.size === SEARCHES && !this.#searched.has(key)) {
      this.#readAll()
      return
    }
    const quoted = JSON.stringify(key)
    const search: Search = {
      isWanted: (at) => this.#isKey(at, key, quoted),
      skip: (from, to) => !this.source.slice(from, to).includes(quoted),
    }
    const isDone = () => untilFound && this.#members.has(key)
    let i = this.#searched.get(key) ?? 0
    for (; i < this.parts.length && !isDone(); i++) {
      const part = this.parts[i]
      if (part !== undefined && !Array.isArray(part) && this.#mayBeKeyIn(part.from, part.to, quoted)) this.read(i)
    }
    this.#searched.set(key, i)
    if (isDone()) return
    while (this.find(search) && !isDone());
    this.#searched.set(key, this.parts.length)
  }

  #mayBeKeyIn(from: number, to: number, quoted: string): boolean {
    const text = this.source.slice(from, to)
    return text.includes(quoted) || text.includes('\\')
  }

  #isKey(at: number, key: string, quoted: string): boolean {
    const length = this.#endOfKey(at) - at
    if (length === quoted.length && this.source.startsWith(quoted, at)) return true
    if (length < quoted.length) return false
    const found = this.source.slice(at, at + length)
    return found.includes('\\') && parseKey(found) === key
  }

  #readAll(): void {
    this.find(NONE)
    for (let i = 0; i < this.parts.length; i++) this.read(i)
    this.#isRead = true
  }

  protected override readonly simpleRun = SIMPLE_RUN

  #endOfKey(at: number): number {
    if (this.source.charCodeAt(at) !== scan.QUOTE) scan.notJson()
    if (at !== this.#keyAt) this.#keyEnd = scan.endOfString(this.source, at)
    this.#keyAt = at
    return this.#keyEnd
  }

  protected override valueAt(at: number): number {
    const colon = scan.skipSpace(this.source, this.#endOfKey(at))
    if (this.source.charCodeAt(colon) !== scan.COLON) scan.notJson()
    return scan.skipSpace(this.source, colon + 1)
  }

  protected override itemAt(at: number): Member {
    const key = parseKey(this.source.slice(at, this.#endOfKey(at)))
    const valueStart = this.valueAt(at)
    const value = this.nodeAt(this.source, valueStart, this.level + 1)
    const member = { key, value, keyStart: at, valueStart, isRemoved: false }
    const other = this.#members.get(key)
    if (other === undefined || other.keyStart < at) this.#members.set(key, member)
    if (other !== undefined) (other.keyStart < at ? other : member).isRemoved = true
    return member
  }

  protected override valueOf(member: Member): Node {
    return member.value
  }

  protected override writeItem(member: Member, writer: Writer, level: number, isFirst: boolean): boolean {
    if (member.isRemoved) return false
    if (!isFirst) writer.comma()
    if (member.keyStart === -1) writer.literal(`${JSON.stringify(member.key)}:`)
    else writer.copy(this.source, member.keyStart, member.valueStart)
    member.value.write(writer, level)
    return true
  }
}

function parseKey(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1)
  return scan.parseText(quoted) as string
}
