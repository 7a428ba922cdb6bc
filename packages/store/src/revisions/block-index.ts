/** As many blocks as an index takes. */
export const MOST_BLOCKS = 8192
/** How many blocks of the same hash are kept: of a repetitive text only the first few are tried. */
const MOST_ALIKE = 8
/** A bit table of this many bits for each block tells for nearly all other hashes, and in one look, that there is none. */
const FILTER_BITS = 5

/** A number of 32 bits for each byte, without any pattern. */
const GEAR = Int32Array.from({ length: 256 }, (_, byte) => {
  const mixed = Math.imul(byte + 1, 0x9e3779b1)
  return Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)
})

/**
 * Moves a hash on by one byte (a gear hash). Each step shifts earlier bytes further out: by one bit, the hash is that of
 * the last 32 bytes; by two, of the last 16.
 */
export function rollHash(hash: number, byte: number, shift: number): number {
  return ((hash << shift) + (GEAR[byte] as number)) | 0
}

/** The hash of the bytes of a block. */
export function hashBlock(bytes: Uint8Array, at: number, length: number): number {
  const shift = 32 / length
  let hash = 0
  for (let i = at; i < at + length; i++) hash = rollHash(hash, bytes[i] as number, shift)
  return hash
}

/** Finds blocks by their hash. It is filled anew for each search, so that a search allocates nothing. */
export class BlockIndex {
  readonly #filter = new Int32Array(MOST_BLOCKS)
  /** For each slot, the number (from 1) of the block that was added last. */
  readonly #slots = new Int32Array(MOST_BLOCKS * 2)
  /** For each block, the number of the one that was added before it to the same slot. */
  readonly #next = new Int32Array(MOST_BLOCKS + 1)
  readonly #hashes = new Int32Array(MOST_BLOCKS + 1)
  readonly #positions = new Int32Array(MOST_BLOCKS + 1)
  #slotShift = 0
  #filterShift = 0
  #count = 0

  /** Empties the index and makes it ready for so many blocks. */
  clear(blocks: number): void {
    const bits = Math.max(5, 32 - Math.clz32(blocks - 1))
    this.#slotShift = 31 - bits
    this.#filterShift = 32 - FILTER_BITS - bits
    this.#slots.fill(0, 0, 2 << bits)
    this.#filter.fill(0, 0, 1 << bits)
    this.#count = 0
  }

  add(hash: number, position: number): void {
    const slot = hash >>> this.#slotShift
    let alike = 0
    for (let i = this.#slots[slot] as number; i !== 0; i = this.#next[i] as number) {
      if (this.#hashes[i] === hash && ++alike === MOST_ALIKE) return
    }
    const block = ++this.#count
    this.#next[block] = this.#slots[slot] as number
    this.#slots[slot] = block
    this.#hashes[block] = hash
    this.#positions[block] = position
    const bit = hash >>> this.#filterShift
    this.#filter[bit >>> 5] = (this.#filter[bit >>> 5] as number) | (1 << (bit & 31))
  }

  /** False if there is no block of this hash; true if there may be one. */
  mayHave(hash: number): boolean {
    const bit = hash >>> this.#filterShift
    return (((this.#filter[bit >>> 5] as number) >>> (bit & 31)) & 1) !== 0
  }

  /** The number of a block of this hash, or 0; with `after`, of the next one after that block. */
  find(hash: number, after = 0): number {
    let block = (after === 0 ? this.#slots[hash >>> this.#slotShift] : this.#next[after]) as number
    while (block !== 0 && this.#hashes[block] !== hash) block = this.#next[block] as number
    return block
  }

  /** Where a found block stands. */
  position(block: number): number {
    return this.#positions[block] as number
  }
}
