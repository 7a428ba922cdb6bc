import type { Head } from './head.ts'

/**
 * SQLite overwrites a row in place, and writes only those of its pages that differ, if it keeps its size to the byte. So
 * a large state is stored with blanks after it, which JSON does not mind, and its next version is given as many as make
 * the row as large as it was. A change of a few bytes then writes a few pages, not the whole state.
 */

/** States of fewer characters have a page or two: nothing to be saved. */
const PADDED_FROM = 8192
/** How much of its length a state is given to grow, and how much it may have left when it has shrunk. */
const ROOM = 1 / 16
const MOST_ROOM = 1 / 4

/** The columns whose sizes change from version to version, in any order. */
export type Columns = readonly (string | number | null)[]

/** The state's text as it is to be stored, so that the row keeps the size that it has. */
export function padState(stateData: string, columns: Columns, head: Head | undefined): string {
  if (stateData.length < PADDED_FROM) return stateData
  const bytes = Buffer.byteLength(stateData)
  const left =
    head === undefined ? -1 : head.stateData.length + columnsSize(columnsOf(head)) - columnsSize(columns) - bytes
  const room = left >= 0 && left <= bytes * MOST_ROOM ? left : Math.floor(bytes * ROOM)
  return stateData + ' '.repeat(room)
}

/** A stored state's bytes without the blanks after it. */
export function trimState(stateData: Buffer): Buffer {
  let end = stateData.length
  while (end > 0 && stateData[end - 1] === BLANK) end--
  return end === stateData.length ? stateData : stateData.subarray(0, end)
}

const BLANK = 0x20

function columnsOf(head: Head): Columns {
  const { name, status, metadata, version, schemaVersion, recordedVersion, chainBytes } = head
  return [name, status, metadata, version, schemaVersion, recordedVersion, chainBytes]
}

/** Bytes that the columns take in SQLite's record format (https://sqlite.org/fileformat2.html#record_format). */
function columnsSize(columns: Columns): number {
  let size = 0
  for (const column of columns) {
    if (column === null) size += 1
    else size += typeof column === 'number' ? 1 + integerSize(column) : columnSize(Buffer.byteLength(column))
  }
  return size
}

/** A text of so many bytes: they, and the varint that tells their number. */
function columnSize(bytes: number): number {
  const type = 13 + 2 * bytes
  return bytes + (type < 2 ** 7 ? 1 : type < 2 ** 14 ? 2 : type < 2 ** 21 ? 3 : type < 2 ** 28 ? 4 : 5)
}

function integerSize(value: number): number {
  if (value === 0 || value === 1) return 0
  return value < 2 ** 7 ? 1 : value < 2 ** 15 ? 2 : value < 2 ** 23 ? 3 : value < 2 ** 31 ? 4 : 6
}
