import { depthOf, endOfValue } from './scan.ts'
import type { Writer } from './writer.ts'

/** A value in a document: text that has been found, and is read no further than is needed. */
export interface Node {
  readonly source: string
  /** Where it starts in its source. */
  readonly start: number
  /** In how many arrays and objects of its source it is. */
  readonly level: number
  /** Where it ends in its source, whatever has been changed in it since. */
  sourceEnd(): number
  /** Spares it looking for its end. */
  endsAt(end: number): void
  /** Writes it as it is now, in so many arrays and objects. */
  write(writer: Writer, level: number): void
}

/** Makes a node of the value at a place. */
export type NodeAt = (source: string, start: number, level: number) => Node

/** A value that no pointer leads into. */
export class Scalar implements Node {
  readonly source: string
  readonly start: number
  readonly level: number
  #end = -1

  constructor(source: string, start: number, level: number) {
    this.source = source
    this.start = start
    this.level = level
  }

  sourceEnd(): number {
    if (this.#end === -1) this.#end = endOfValue(this.source, this.start)
    return this.#end
  }

  endsAt(end: number): void {
    this.#end = end
  }

  write(writer: Writer, level: number): void {
    const end = this.sourceEnd()
    if (level > this.level) writer.requireDepth(level + depthOf(this.source, this.start, end))
    writer.copy(this.source, this.start, end)
  }
}
