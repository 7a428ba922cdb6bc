import fc from 'fast-check'

/** What is stored of a version, and what a reader is told of it. */
export interface Stored {
  chain: Buffer[]
  checksum: number
  size: number
}

/** A way to break what is stored, and what it is called when a test fails. */
export interface Damage {
  what: string
  apply: (stored: Stored) => Stored
}

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const at = (where: number, length: number) => Math.floor(where * length)

const inRow = (what: string, where: number, change: (data: Buffer) => Buffer): Damage => ({
  what: `${what} in row at ${where}`,
  apply: (stored) => {
    const row = at(where, stored.chain.length)
    return { ...stored, chain: stored.chain.map((data, i) => (i === row ? change(Buffer.from(data)) : data)) }
  },
})

const inChain = (what: string, change: (chain: Buffer[]) => Buffer[]): Damage => ({
  what,
  apply: (stored) => ({ ...stored, chain: change(stored.chain) }),
})

function flip(data: Buffer, byte: number, bit: number): Buffer {
  if (byte < data.length) data[byte] = (data[byte] as number) ^ (1 << bit)
  return data
}

const flipBits = fc
  .tuple(place, fc.array(fc.tuple(place, fc.nat(7)), { minLength: 1, maxLength: 4 }))
  .map(([row, flips]) =>
    inRow(`flipped ${flips}`, row, (data) =>
      flips.reduce((flipped, [byte, bit]) => flip(flipped, at(byte, data.length), bit), data),
    ),
  )
const flipFirstBits = fc
  .tuple(place, fc.nat(3), fc.nat(7))
  .map(([row, byte, bit]) => inRow(`flipped ${byte}, ${bit}`, row, (data) => flip(data, byte, bit)))
const overwrite = fc.tuple(place, place, fc.uint8Array({ minLength: 1, maxLength: 20 })).map(([row, byte, bytes]) =>
  inRow(`overwritten by ${bytes} at ${byte}`, row, (data) => {
    const start = at(byte, data.length)
    data.set(bytes.subarray(0, data.length - start), start)
    return data
  }),
)
const truncate = fc
  .tuple(place, place)
  .map(([row, to]) => inRow(`cut at ${to}`, row, (data) => data.subarray(0, at(to, data.length))))
const lengthen = fc
  .tuple(place, fc.uint8Array({ minLength: 1, maxLength: 9 }))
  .map(([row, bytes]) => inRow(`${bytes} added`, row, (data) => Buffer.concat([data, bytes])))
const garbage = fc
  .tuple(place, fc.uint8Array({ maxLength: 60 }))
  .map(([row, bytes]) => inRow(`only ${bytes}`, row, () => Buffer.from(bytes)))
const drop = place.map((row) => inChain(`row at ${row} dropped`, (chain) => chain.toSpliced(at(row, chain.length), 1)))
const double = place.map((row) =>
  inChain(`row at ${row} doubled`, (chain) => {
    const i = at(row, chain.length)
    return chain.toSpliced(i, 0, ...chain.slice(i, i + 1))
  }),
)
const swap = fc.tuple(place, place).map(([one, two]) =>
  inChain(`rows at ${one} and ${two} swapped`, (chain) => {
    const [i, j] = [at(one, chain.length), at(two, chain.length)]
    return chain.map((data, k) => (k === i ? chain[j] : k === j ? chain[i] : data) as Buffer)
  }),
)
const otherChecksum = fc
  .nat(0xffff_ffff)
  .map((checksum): Damage => ({ what: 'another checksum', apply: (stored) => ({ ...stored, checksum }) }))
const otherSize = fc
  .integer({ min: -1, max: 2 ** 40 })
  .map((size): Damage => ({ what: 'another size', apply: (stored) => ({ ...stored, size }) }))

const one = fc.oneof(
  { weight: 4, arbitrary: flipBits },
  { weight: 2, arbitrary: flipFirstBits },
  overwrite,
  truncate,
  lengthen,
  garbage,
  drop,
  double,
  swap,
  otherChecksum,
  otherSize,
)

/** One way in which stored bytes break, or two at once. */
export const damage: fc.Arbitrary<Damage> = fc.array(one, { minLength: 1, maxLength: 2 }).map((all) => ({
  what: all.map(({ what }) => what).join(', '),
  apply: (stored) => all.reduce((broken, { apply }) => apply(broken), stored),
}))
