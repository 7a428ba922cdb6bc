import fc from 'fast-check'
import { quiet } from './history.ts'

/** Bytes of any kind: of one value, of two, of all, or of characters of several bytes. */
const bytes = fc
  .tuple(fc.constantFrom(1, 2, 7, 256, 'ü東😀'), fc.array(fc.nat(), { maxLength: 300 }))
  .map(([alphabet, numbers]) =>
    typeof alphabet === 'number'
      ? Buffer.from(numbers.map((n) => n % alphabet))
      : Buffer.from(numbers.map((n) => [...alphabet][n % 3]).join('')),
  )
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

type Change = (text: Buffer) => Buffer

/** A change at any byte, also in the middle of a character. */
const change: fc.Arbitrary<Change> = fc
  .tuple(fc.constantFrom('insert', 'remove', 'move', 'double', 'replace', 'empty', 'append'), place, place, bytes)
  .map(([how, from, to, added]) => (text) => {
    const [start = 0, end = 0] = [from, to]
      .map((where) => Math.floor(where * (text.length + 1)))
      .toSorted((a, b) => a - b)
    const [before, part, after] = [text.subarray(0, start), text.subarray(start, end), text.subarray(end)]
    if (how === 'insert') return Buffer.concat([before, added, part, after])
    if (how === 'remove') return Buffer.concat([before, after])
    if (how === 'move') return Buffer.concat([part, before, after])
    if (how === 'double') return text.length > 20_000 ? text : Buffer.concat([text, part])
    if (how === 'replace') return added
    if (how === 'empty') return Buffer.alloc(0)
    return Buffer.concat([text, added])
  })

/** Texts that are any bytes, each made of the one before. */
export const byteHistory = fc
  .tuple(bytes, fc.array(change, { minLength: 2, maxLength: 30 }))
  .map(([first, changes]) => {
    const texts: Buffer[] = [first]
    for (const make of changes) texts.push(make(texts.at(-1) as Buffer))
    return quiet(texts)
  })
