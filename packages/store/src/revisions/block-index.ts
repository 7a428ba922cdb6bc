/** How many blocks of the same content are kept: of repetitive texts only the first few are tried. */
const MOST_ALIKE = 8
const FACTOR = 0x2c1b3c6d
const SPREAD = 0x9e3779b1

/** The hash of the bytes from `at` on, over `length` bytes. Any multiplier that is odd does; overflow is part of it. */
export function hashBlock(bytes: Uint8Array, at: number, length: number): number {
  let hash = 0
  for (let i = at; i < at + length; i++) hash = (Math.imul(hash, FACTOR) + (bytes[i] as number)) | 0
  return hash
}

/** What the byte that leaves a block of this length contributes to its hash. */
export function leavingFactor(length: number): number {
  let factor = 1
  for (let i = 0; i < length; i++) factor = Math.imul(factor, FACTOR)
  return factor
}

/** The hash of a block moved on by one byte. */
export function rollHash(hash: number, leaving: number, entering: number, factor: number): number {
  return (Math.imul(hash, FACTOR) + entering - Math.imul(leaving, factor)) | 0
}

/** Finds blocks by their hash. One index is kept and filled anew for each search, so that a search allocates nothing. */
export class BlockIndex {
  /** For each slot, the number (from 1) of the block that was added last. */
  readonly #slots: Int32Array
  /** For each block, the number of the one that was added before it to the same slot. */
  readonly #next: Int32Array
  readonly #hashes: Int32Array
  readonly #positions: Float64Array
  #shift = 0
  #count = 0

  constructor(readonly capacity: number) {
    this.#slots = new Int32Array(capacity * 4)
    this.#next = new Int32Array(capacity + 1)
    this.#hashes = new Int32Array(capacity + 1)
    this.#positions = new Float64Array(capacity + 1)
  }

  /** Empties the index and makes it ready for so many blocks. */
  clear(blocks: number): void {
    const bits = Math.max(4, 33 - Math.clz32(blocks))
    this.#shift = 32 - bits
    this.#slots.fill(0, 0, 1 << bits)
    this.#count = 0
  }

  add(hash: number, position: number): void {
    const slot = Math.imul(hash, SPREAD) >>> this.#shift
    let alike = 0
    for (let i = this.#slots[slot] as number; i !== 0; i = this.#next[i] as number) {
      if (this.#hashes[i] === hash && ++alike === MOST_ALIKE) return
    }
    const block = ++this.#count
    this.#next[block] = this.#slots[slot] as number
    this.#slots[slot] = block
    this.#hashes[block] = hash
    this.#positions[block] = position
  }

  /** The number of a block of this hash, or 0; with `after`, the one that comes after that block. */
  find(hash: number, after = 0): number {
    let block = (after === 0 ? this.#slots[Math.imul(hash, SPREAD) >>> this.#shift] : this.#next[after]) as number
    while (block !== 0 && this.#hashes[block] !== hash) block = this.#next[block] as number
    return block
  }

  /** Where a found block stands. */
  position(block: number): number {
    return this.#positions[block] as number
  }
}
