import { type Operation, queryFirst, statement } from '../operation.ts'
import { timestampNow } from '../timestamp.ts'
import { ITEM, type ItemRow, LIVES } from './save-item.ts'

const LOAD = statement<ItemRow>(`SELECT ${ITEM} FROM items WHERE namespace = ? AND path = ? AND key = ? AND ${LIVES}`)

/** Loads an item; undefined when there is none, or it has expired. */
export function* loadItem(namespace: string, path: string, key: string): Operation<ItemRow | undefined> {
  return yield* queryFirst(LOAD, [namespace, path, key, timestampNow()])
}
