import { constants, inflateRawSync } from 'node:zlib'
import { ByteReader } from './byte-reader.ts'
import { corruptRevision } from './corrupt-revision.ts'
import { FLUSHED, MOST_TEXT, type RevisionKind } from './row-data.ts'

/** Deflate cannot make more than this many bytes of one. */
const MOST_INFLATION = 1032
/** Contents of a chain: at most twice the text, and more than enough on top. */
const MOST_CONTENTS = 4 * MOST_TEXT
/** The longest stored block of deflate, and the bytes in front of one. */
const STORED_BLOCK = 0xffff
const STORED_HEADER = 5

/** A row's data, as far as its first bytes tell. */
interface Row {
  data: Buffer
  /** Where the content starts. */
  start: number
  compressed: boolean
  /** Length of the content once inflated. */
  length: number
}

function readRow(data: Buffer, kind: RevisionKind): Row {
  const reader = new ByteReader(data)
  const tag = reader.varint()
  const start = reader.at
  const compressed = tag % 2 === 1
  const length = Math.floor(tag / 4)
  if ((Math.floor(tag / 2) % 2 === 1) !== (kind === 'delta')) throw corruptRevision(`it is no ${kind}`)
  const stored = data.length - start
  if (compressed ? length > Math.min(stored * MOST_INFLATION, MOST_CONTENTS) : length !== stored)
    throw corruptRevision('its length is wrong')
  return { data, start, compressed, length }
}

/** The contents of rows, joined, and where each one ends. All but the first are deltas. */
export function joinContents(chain: readonly Buffer[], first: RevisionKind): { contents: Buffer; ends: number[] } {
  const rows = chain.map((data, i) => readRow(data, i === 0 ? first : 'delta'))
  const ends: number[] = []
  let length = 0
  for (const row of rows) {
    length += row.length
    ends.push(length)
  }
  if (length > MOST_CONTENTS && chain.length > 1) throw corruptRevision('it is longer than any chain')
  return { contents: rows.some((row) => row.compressed) ? inflateRows(rows, length) : concatRows(rows, length), ends }
}

function concatRows(rows: readonly Row[], length: number): Buffer {
  const [first] = rows
  if (first !== undefined && rows.length === 1) return first.data.subarray(first.start)
  const contents = Buffer.allocUnsafe(length)
  let at = 0
  for (const { data, start } of rows) at += data.copy(contents, at, start)
  return contents
}

/** Inflates all rows with one call: a call for each costs up to three times as much. */
function inflateRows(rows: readonly Row[], length: number): Buffer {
  const stream = writeStream(rows)
  let contents: Buffer
  try {
    contents = inflateRawSync(stream, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: length,
      // One chunk for all, unless the lengths are lies.
      chunkSize: Math.min(length + 64, stream.length * 16),
    })
  } catch (cause) {
    throw corruptRevision('it cannot be inflated', cause)
  }
  if (contents.length !== length) throw corruptRevision('it inflates to another length')
  return contents
}

/** One deflate stream of all rows. What is not compressed becomes stored blocks. */
function writeStream(rows: readonly Row[]): Buffer {
  let size = 0
  for (const { data, start, compressed, length } of rows) {
    size += data.length - start + (compressed ? FLUSHED : STORED_HEADER * Math.ceil(length / STORED_BLOCK))
  }
  const stream = Buffer.allocUnsafe(size)
  let at = 0
  for (const { data, start, compressed } of rows) {
    if (compressed) {
      at += data.copy(stream, at, start)
      at = stream.writeUInt32BE(0x0000ffff, at)
      continue
    }
    for (let from = start; from < data.length; from += STORED_BLOCK) {
      const block = Math.min(STORED_BLOCK, data.length - from)
      at = stream.writeUInt8(0, at)
      at = stream.writeUInt16LE(block, at)
      at = stream.writeUInt16LE(STORED_BLOCK - block, at)
      at += data.copy(stream, at, from, from + block)
    }
  }
  return stream
}
