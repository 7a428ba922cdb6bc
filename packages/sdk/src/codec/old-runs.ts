import { types } from 'node:util'
import { type Container, memberOf, type Node, type Run, startsRun } from './shadow.ts'

/** A run below so many bytes and tokens is not reused where it can become a part of another: many changes leave no crumbs. */
const SMALL_SIZE = 1024
const SMALL_TOKENS = 32
/** How many runs are looked at for one that begins here, after an insertion or deletion. */
const WINDOW = 8
/** After this many members that are found nowhere, only the runs in their place are looked at. */
const PATIENCE = 64

/** A container as it was before, and where its text begins: with its key, and without. */
export interface Placed {
  readonly node: Node
  readonly entry: number
  readonly start: number
}

/** A container that is read. */
export interface Reader extends Container {
  readonly count: number
  /** The member at hand, and the first one before it that is not written yet. */
  readonly at: number
  readonly next: number
}

/** The runs of a container as it was before, where those are found that its members of now begin with. */
export class OldRuns {
  /** Where its text begins, with its key and without, and where it ends. */
  readonly entry: number
  readonly start: number
  readonly end: number
  readonly #runs: readonly Run[]
  /** The index of the first member of each run, and where its text begins. */
  readonly #indexes: number[] = []
  readonly #starts: number[] = []
  /** How many more members there are now. */
  readonly #shift: number
  /** The run after the last that was found. */
  #next = 0
  /** The first run at the index at hand or after it; and the same, counted from the end. */
  #here = 0
  #fromEnd = 0
  #misses = 0

  constructor({ node, entry, start }: Placed, count: number) {
    this.entry = entry
    this.start = start
    this.end = start + node.size
    this.#runs = node.runs
    let [index, at] = [0, start + 1]
    for (const run of node.runs) {
      this.#indexes.push(index)
      this.#starts.push(at)
      index += run.count
      at += run.size + 1
    }
    this.#shift = count - index
  }

  run(r: number): Run {
    return this.#runs[r] as Run
  }

  startOf(r: number): number {
    return this.#starts[r] as number
  }

  /** A run that is one container. */
  placed(r: number): Placed | undefined {
    const { node, size } = this.run(r)
    return node && { node, entry: this.startOf(r), start: this.startOf(r) + size - node.size }
  }

  /** The number of the run that is best reused for the members from the one at hand on; -1 if there is none. */
  find(container: Reader): number {
    const index = container.at
    const indexes = this.#indexes
    while ((indexes[this.#here] as number) < index) this.#here++
    while ((indexes[this.#fromEnd] as number) + this.#shift < index) this.#fromEnd++
    const here = indexes[this.#here] === index ? this.#here : -1
    if (here >= 0 && this.#fits(here, container)) return this.#found(here)
    const fromEnd = indexes[this.#fromEnd] === index - this.#shift ? this.#fromEnd : -1
    if (fromEnd >= 0 && fromEnd !== here && this.#fits(fromEnd, container)) return this.#found(fromEnd)
    const window = this.#misses++ < PATIENCE ? Math.min(WINDOW, this.#runs.length) : 0
    for (let i = 0; i < window; i++) {
      const r = (this.#next + i) % this.#runs.length
      if (r !== here && r !== fromEnd && this.#fits(r, container)) return this.#found(r)
    }
    // A long item of an array that begins otherwise now.
    return here >= 0 && container.keys === undefined && isLike(container, index, this.run(here)) ? here : -1
  }

  #found(r: number): number {
    this.#next = r + 1
    this.#misses = 0
    return r
  }

  #fits(r: number, container: Reader): boolean {
    const { at: index, next, count } = container
    const run = this.run(r)
    if (run.node !== undefined) return isLike(container, index, run) && beginsAlike(container, index, run.node)
    const end = index + run.count
    if (end > count) return false
    const isSmall = run.size < SMALL_SIZE && run.tokens.length < SMALL_TOKENS
    const staysAlone = next === index && (end === count || this.#runs[r + 1]?.node !== undefined)
    return (!isSmall || staysAlone) && startsRun(container, index, run)
  }
}

/** True when the member could be that of the run: a container of the same kind under the same key. */
function isLike(container: Container, index: number, run: Run): boolean {
  if (run.node === undefined || container.keys?.[index] !== run.tokens[0]) return false
  const member = memberOf(container, index)
  return isContainer(member) && Array.isArray(member) === run.node.isArray
}

/** A key says enough; without one, the member must begin as the one before did. */
function beginsAlike(container: Container, index: number, node: Node): boolean {
  if (container.keys !== undefined) return true
  const value = memberOf(container, index) as object
  const member = { value, keys: node.isArray ? undefined : Object.getOwnPropertyNames(value) }
  const first = node.runs[0] as Run
  if (first.node === undefined) return startsRun(member, 0, first)
  return isLike(member, 0, first) && beginsAlike(member, 0, first.node)
}

// A Proxy is none: it must not be asked.
function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !types.isProxy(value)
}
