import { type Frame, textOfPending } from './frame.ts'
import { OldRuns, type Placed } from './old-runs.ts'
import { Pieces } from './pieces.ts'
import { MAX_DEPTH } from './plain.ts'
import { memberOf, type Node, ownToken, type Run, shapeOf, startOf, type Token } from './shadow.ts'

/** A run is closed at so many characters, or tokens: no more than that is written anew for the smallest change. */
const RUN_LENGTH = 4096
const RUN_TOKENS = 128
/** What a run and a token take in memory, roughly, besides the text of strings. */
const RUN_MEMORY = 150
const TOKEN_MEMORY = 16

const REFUSED = -1
/** Said of a container that is written, with runs of its own; `#node` is it. */
const WRITTEN = -2

const COMMA = 44

/**
 * Writes one value, in one pass. The members of a container are collected as tokens until they are enough for a run; then
 * JSON.stringify writes them together, after all that stands before them. A small container stays among the tokens of the
 * one around it. Members that an old run holds are not collected, but copied as text.
 */
export class IncrementalWriter {
  readonly #maxBytes: number
  readonly #source: Buffer | undefined
  readonly #pieces: Pieces
  readonly #tokens: Token[] = []
  readonly #frames: Frame[] = []
  #node: Node | undefined
  /** Where the text of that node begins, with its key. */
  #entry = 0

  constructor(maxBytes: number, source: Buffer | undefined) {
    this.#maxBytes = maxBytes
    this.#source = source
    this.#pieces = new Pieces(source)
  }

  /** The text of the value, and the value as a run; undefined when it is refused. */
  write(value: unknown, old: Node | undefined): { text: Buffer; root: Run } | undefined {
    const least = this.#read(value, 0, old && { node: old, entry: 0, start: 0 })
    if (least === REFUSED || least + this.#pieces.size > this.#maxBytes) return undefined
    const root =
      least === WRITTEN ? this.#runOfNode([]) : this.#writeRun(1, this.#tokens.slice(), JSON.stringify(value))
    return this.#pieces.size > this.#maxBytes ? undefined : { text: this.#pieces.toBuffer(), root }
  }

  /** The least that the value takes as text, if its tokens are pending now; else WRITTEN or REFUSED. */
  #read(value: unknown, depth: number, old: Placed | undefined): number {
    switch (typeof value) {
      case 'string':
        this.#tokens.push(value)
        return value.isWellFormed() ? value.length + 2 : REFUSED
      case 'number':
        this.#tokens.push(value)
        return Number.isFinite(value) && !Object.is(value, -0) ? 1 : REFUSED
      case 'boolean':
        this.#tokens.push(value)
        return 4
      case 'object':
        if (value !== null) return this.#readContainer(value, depth, old)
        this.#tokens.push(null)
        return 4
      default:
        return REFUSED
    }
  }

  #readContainer(value: object, depth: number, placed: Placed | undefined): number {
    const shape = depth < MAX_DEPTH ? shapeOf(value) : undefined
    if (shape === undefined) return REFUSED
    const [keys, count] = typeof shape === 'number' ? [undefined, shape] : [shape, shape.length]
    this.#tokens.push(startOf(keys === undefined, count))
    const first = this.#tokens.length
    const old = placed?.node.isArray === (keys === undefined) ? new OldRuns(placed, count) : undefined
    const frame: Frame = {
      value,
      keys,
      count,
      old,
      first,
      at: 0,
      next: 0,
      least: 0,
      runs: undefined,
      entry: 0,
      start: 0,
    }
    this.#frames[depth] = frame
    while (frame.at < count) {
      const r = old === undefined ? -1 : old.find(frame)
      const run = r < 0 ? undefined : old?.run(r)
      if (run !== undefined && run.node === undefined) this.#copyRun(depth, run, old?.startOf(r) as number)
      else if (!this.#readMember(frame, depth, run && old?.placed(r))) return REFUSED
      if (this.#pieces.size + frame.least > this.#maxBytes) return REFUSED
    }
    if (frame.runs === undefined) return frame.least + 2
    this.#close(frame, depth)
    return WRITTEN
  }

  #readMember(frame: Frame, depth: number, old: Placed | undefined): boolean {
    const { keys, first, at } = frame
    const tokens = this.#tokens
    const key = keys?.[at]
    if (key !== undefined) {
      if (!key.isWellFormed()) return false
      tokens.push(key)
      frame.least += key.length + 3
    }
    const least = this.#read(memberOf(frame, at), depth + 1, old)
    if (least === REFUSED) return false
    frame.at++
    if (least === WRITTEN) {
      frame.runs?.push(this.#runOfNode(key === undefined ? [] : [key]))
      frame.next = frame.at
      frame.least = 0
      tokens.length = first
      return true
    }
    frame.least += least
    const isEnough = frame.least >= RUN_LENGTH || tokens.length - first >= RUN_TOKENS
    if (isEnough && frame.at < frame.count && frame.least + this.#pieces.size <= this.#maxBytes) {
      this.#flush(depth, tokens.length)
      tokens.length = first
    }
    return true
  }

  #copyRun(depth: number, run: Run, start: number): void {
    const frame = this.#frames[depth] as Frame
    const runs = this.#flush(depth, this.#tokens.length)
    this.#tokens.length = frame.first
    this.#separate(runs, start)
    this.#pieces.copy(start, start + run.size)
    runs.push(run)
    frame.at += run.count
    frame.next = frame.at
  }

  /** Writes the pending members before the one at hand. */
  #flush(depth: number, end: number): Run[] {
    const frame = this.#frames[depth] as Frame
    const runs = this.#open(depth)
    if (frame.next === frame.at) return runs
    this.#separate(runs)
    runs.push(this.#writeRun(frame.at - frame.next, this.#tokens.slice(frame.first, end), textOfPending(frame)))
    frame.next = frame.at
    frame.least = 0
    return runs
  }

  /** Writes the start of the container, after what stands before it. */
  #open(depth: number): Run[] {
    const frame = this.#frames[depth] as Frame
    if (frame.runs !== undefined) return frame.runs
    const { keys, old, first } = frame
    if (depth > 0) {
      const around = this.#frames[depth - 1] as Frame
      const key = around.keys?.[around.at]
      const runs = this.#flush(depth - 1, key === undefined ? first - 1 : first - 2)
      this.#separate(runs, old?.entry)
      frame.entry = this.#pieces.size
      if (key !== undefined) this.#write(`${JSON.stringify(key)}:`, old?.entry)
    }
    frame.start = this.#pieces.size
    this.#write(keys === undefined ? '[' : '{', old?.start)
    frame.runs = []
    return frame.runs
  }

  #close(frame: Frame, depth: number): void {
    const runs = this.#flush(depth, this.#tokens.length)
    const isArray = frame.keys === undefined
    this.#write(isArray ? ']' : '}', frame.old && frame.old.end - 1)
    const memory = runs.reduce((sum, run) => sum + run.memory, 0)
    this.#node = { isArray, runs, size: this.#pieces.size - frame.start, memory }
    this.#entry = frame.entry
  }

  #separate(runs: readonly Run[], old = 0): void {
    if (runs.length > 0) this.#write(',', this.#source?.[old - 1] === COMMA ? old - 1 : undefined)
  }

  /** Writes a text, from its place in the old one if it has one. */
  #write(text: string, old: number | undefined): void {
    const bytes = text.length === 1 ? 1 : Buffer.byteLength(text)
    if (old === undefined) this.#pieces.write(text, bytes)
    else this.#pieces.copy(old, old + bytes)
  }

  #writeRun(count: number, tokens: readonly Token[], text: string): Run {
    const size = Buffer.byteLength(text)
    this.#pieces.write(text, size)
    // A string with one character beyond latin1 takes two bytes for each.
    const memory = RUN_MEMORY + tokens.length * TOKEN_MEMORY + (size === text.length ? size : 2 * size)
    return { count, tokens: tokens.map(ownToken), node: undefined, size, memory }
  }

  #runOfNode(tokens: readonly Token[]): Run {
    const node = this.#node as Node
    return { count: 1, tokens, node, size: this.#pieces.size - this.#entry, memory: RUN_MEMORY + node.memory }
  }
}
