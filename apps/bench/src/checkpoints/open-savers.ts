import { pathToFileURL } from 'node:url'
import { DescartesSaver } from '@descartes/langgraph'
import { openStateStore } from '@descartes/sdk'
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite'
import { SYNCHRONOUS } from '../subjects/connection.ts'
import type { Durability } from '../subjects/subject.ts'
import type { OpenedSaver } from './checkpoint-keeper.ts'

/** LangGraph's saver on a SQLite file, with the durability that is asked for. */
export async function openSqliteSaver(path: string, durability: Durability): Promise<OpenedSaver> {
  const saver = SqliteSaver.fromConnString(path)
  await saver.getTuple({ configurable: { thread_id: '' } }) // makes its tables, and turns on the write-ahead log
  saver.db.pragma(`synchronous = ${durability}`)
  if (saver.db.pragma('synchronous', { simple: true }) !== SYNCHRONOUS[durability])
    throw new Error(`${path}: synchronous is not ${durability}`)
  return { saver, close: async () => void saver.db.close() }
}

/** Our saver on a store of its own. */
export async function openDescartesSaver(url: string, durability: Durability): Promise<OpenedSaver> {
  const store = await openStateStore({ url, durability })
  return { saver: new DescartesSaver(store), close: () => store.close() }
}

export function openDescartesSaverOnFile(path: string, durability: Durability): Promise<OpenedSaver> {
  return openDescartesSaver(pathToFileURL(path).href, durability)
}
