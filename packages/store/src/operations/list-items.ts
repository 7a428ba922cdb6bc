import { type Operation, query, statement } from '../operation.ts'
import { timestampNow } from '../timestamp.ts'
import { pathsFrom } from './item-paths.ts'
import { ITEM, type ItemRow, LIVES } from './save-item.ts'

export interface ListItems {
  /** The labels that the paths begin with. */
  prefix: readonly string[]
  /** The sequence number that the page starts below. */
  before: number
  limit: number
}

const RANGE = `namespace = ? AND path >= ? AND path <= ? AND seq < ? AND ${LIVES} ORDER BY seq DESC LIMIT ?`

// The entries of one index are put in order, and only the rows of the page are looked at.
const LIST = statement<ItemRow>(
  `SELECT ${ITEM} FROM (SELECT seq AS place FROM items WHERE ${RANGE}) CROSS JOIN items INDEXED BY items_seq_idx ON seq = place
   ORDER BY place DESC`,
  { postgresql: `SELECT ${ITEM} FROM items WHERE ${RANGE}` },
)

/** Lists the items below a path, the one that was saved last first. */
export function* listItems(namespace: string, { prefix, before, limit }: ListItems): Operation<ItemRow[]> {
  const { from, to } = pathsFrom(prefix)
  return yield* query(LIST, [namespace, from, to, before, timestampNow(), limit])
}
