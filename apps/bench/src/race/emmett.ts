import { createRequire } from 'node:module'
import path from 'node:path'
import { SYNCHRONOUS } from '../subjects/connection.ts'
import { type Durability, keepInFlight, type Operations } from '../subjects/subject.ts'
import type { Entrant } from './entrant.ts'

// What is used of @event-driven-io/emmett-sqlite, which lies outside the workspace: its driver is a second copy of SQLite.
// Its file is opened by that copy alone.
interface Connection {
  command(sql: string): Promise<unknown>
  query<T>(sql: string, values: unknown[]): Promise<T[]>
  querySingle<T>(sql: string): Promise<T | null>
  close(): void
}
interface Emmett {
  sqliteConnection(options: { fileName: string }): Connection
  getSQLiteEventStore(options: { fileName: string; connectionOptions: { singleton: true; connection: Connection } }): {
    schema: { migrate(): Promise<void> }
    appendToStream(stream: string, events: { type: string; data: unknown }[]): Promise<unknown>
  }
}

const PEERS = path.join(import.meta.dirname, '../../peers/package.json')

/** Emmett, or why it is not there. */
export function findEmmett(): Emmett | { missing: string } {
  try {
    return createRequire(PEERS)('@event-driven-io/emmett-sqlite') as Emmett
  } catch (error) {
    return { missing: `not installed in apps/bench/peers (${(error as Error).message.split('\n')[0]})` }
  }
}

/**
 * Emmett's event store, on one connection. Its appends on a connection share one transaction while they overlap, and answer
 * before its COMMIT; a connection for each, as it has by default, fails with SQLITE_BUSY. So they queue up here.
 */
export async function enterEmmett(emmett: Emmett, path: string, durability: Durability): Promise<Entrant> {
  const connection = emmett.sqliteConnection({ fileName: path })
  const store = emmett.getSQLiteEventStore({ fileName: path, connectionOptions: { singleton: true, connection } })
  await store.schema.migrate()
  await connection.command(`PRAGMA synchronous = ${durability}`)
  const setting = await connection.querySingle<{ synchronous: number }>('PRAGMA synchronous')
  if (setting?.synchronous !== SYNCHRONOUS[durability]) throw new Error(`${path}: synchronous is not ${durability}`)
  // Not before the first one is at rest: the driver ends the process when opening meets a lock.
  const reading = emmett.sqliteConnection({ fileName: path })

  let last: Promise<unknown> = Promise.resolve()
  const operations: Partial<Operations> = {
    saveEvent: ((input) => {
      const { sessionId, eventType: type, ...data } = input
      last = last.then(() => store.appendToStream(sessionId, [{ type, data }]))
      return last
    }) as Operations['saveEvent'],
  }
  return {
    name: 'emmett',
    operations,
    run: (_mode, operation, inputs, inFlight) => keepInFlight(operation, inputs, inFlight),
    stored: async () => [],
    async events(sessionId) {
      const sql = 'SELECT message_data AS data FROM emt_messages WHERE stream_id = ? ORDER BY stream_position'
      return (await reading.query<{ data: string }>(sql, [sessionId])).map(({ data }) => JSON.parse(data))
    },
    async close() {
      reading.close()
      connection.close()
    },
  }
}
