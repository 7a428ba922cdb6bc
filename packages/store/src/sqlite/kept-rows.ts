/** All kept rows together; one that is larger than a part of it is not kept. */
const MOST_BYTES = 8 * 2 ** 20
const LARGEST = MOST_BYTES / 4

interface Kept {
  readonly row: unknown
  readonly bytes: number
}

/**
 * Rows that the writer's connection has written and will likely need for the next write, in memory: whoever saves an
 * agent again and again need not read it again. Those used last stay.
 */
export class KeptRows {
  readonly #rows = new Map<string, Kept>()
  #bytes = 0

  get isEmpty(): boolean {
    return this.#rows.size === 0
  }

  get(key: string): unknown {
    return this.#rows.get(key)?.row
  }

  /** An undefined row is forgotten. */
  set(key: string, row: unknown, bytes: number): void {
    this.#delete(key)
    if (row === undefined || bytes > LARGEST) return
    this.#rows.set(key, { row, bytes })
    this.#bytes += bytes
    while (this.#bytes > MOST_BYTES) this.#delete(this.#rows.keys().next().value as string)
  }

  #delete(key: string): void {
    this.#bytes -= this.#rows.get(key)?.bytes ?? 0
    this.#rows.delete(key)
  }

  clear(): void {
    this.#rows.clear()
    this.#bytes = 0
  }
}
