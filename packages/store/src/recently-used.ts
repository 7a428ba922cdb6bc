interface Held<Value> {
  readonly value: Value
  readonly bytes: number
}

/** Values by key, of which those set last are held, within a number of bytes of memory. */
export class RecentlyUsed<Value> {
  readonly #held = new Map<string, Held<Value>>()
  readonly #mostBytes: number
  #bytes = 0

  /** One that takes more than a quarter of `mostBytes` is not held. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  get(key: string): Value | undefined {
    return this.#held.get(key)?.value
  }

  /** Holds a value in the place of the one before; an undefined one is forgotten. */
  set(key: string, value: Value | undefined, bytes: number): void {
    this.#delete(key)
    if (value === undefined || bytes > this.#mostBytes / 4) return
    this.#held.set(key, { value, bytes })
    this.#bytes += bytes
    while (this.#bytes > this.#mostBytes) this.#delete(this.#held.keys().next().value as string)
  }

  clear(): void {
    this.#held.clear()
    this.#bytes = 0
  }

  #delete(key: string): void {
    this.#bytes -= this.#held.get(key)?.bytes ?? 0
    this.#held.delete(key)
  }
}
