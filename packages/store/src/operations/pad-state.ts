import { agentText } from '../revisions/agent-text.ts'
import type { Head } from './head.ts'
import type { NextVersion } from './write-version.ts'

/**
 * SQLite overwrites a row in place, and writes only those of its pages that differ, if it keeps its size to the byte. So
 * a large state is stored there with blanks after it, which JSON does not mind, and its next version is given as many as make
 * the row as large as it was. A change of a few bytes then writes a few pages, not the whole state.
 */

/** States of fewer bytes have a page or two: nothing to be saved. */
export const PADDED_FROM = 8192
/** How much of its length a state is given to grow, and how much it may have left when it has shrunk. */
const ROOM = 1 / 16
const MOST_ROOM = 1 / 4

/** The columns whose sizes change from version to version, in any order. */
export type Columns = readonly (string | number | null)[]

/** A version's text. Behind that of a large state there is memory for blanks, so that it is stored without a copy. */
export interface Layout {
  text: Buffer
  /** Where a large state begins. */
  stateAt: number
}

export function layOut({ name, metadata, stateData }: NextVersion): Layout {
  if (stateData.length < PADDED_FROM) return { text: agentText(name, metadata, stateData), stateAt: 0 }
  const start = agentText(name, metadata, '')
  const stateAt = start.length
  const bytes = typeof stateData === 'string' ? Buffer.byteLength(stateData) : stateData.length
  const memory = Buffer.allocUnsafeSlow(stateAt + bytes + Math.ceil(bytes * MOST_ROOM))
  start.copy(memory)
  if (typeof stateData === 'string') memory.write(stateData, stateAt)
  else stateData.copy(memory, stateAt)
  return { text: memory.subarray(0, stateAt + bytes), stateAt }
}

/** A large state as it is to be stored in place, so that the row keeps the size that it has. */
export function padState({ text, stateAt }: Layout, columns: Columns, head: Head | undefined): Buffer | undefined {
  if (stateAt === 0) return undefined
  const bytes = text.length - stateAt
  const left =
    head === undefined || head.storedBytes < PADDED_FROM
      ? -1
      : head.storedBytes + columnsSize(columnsOf(head)) - columnsSize(columns) - bytes
  const room = left >= 0 && left <= bytes * MOST_ROOM ? left : Math.floor(bytes * ROOM)
  return Buffer.from(text.buffer, text.byteOffset + stateAt, bytes + room).fill(BLANK, bytes)
}

/** A stored state without the blanks after it. */
export function trimState(stateData: string | Buffer): string | Buffer {
  const at = (place: number) => (typeof stateData === 'string' ? stateData.charCodeAt(place) : stateData[place])
  let end = stateData.length
  while (end > 0 && at(end - 1) === BLANK) end--
  if (end === stateData.length) return stateData
  return typeof stateData === 'string' ? stateData.slice(0, end) : stateData.subarray(0, end)
}

const BLANK = 0x20

function columnsOf(head: Head): Columns {
  const { name, status, metadata, version, schemaVersion, recordedVersion, chainBytes, chainStart } = head
  return [name, status, metadata, version, schemaVersion, recordedVersion, chainBytes, chainStart]
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
