import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { durabilityAlone, NAMESPACE as namespace, openDatabase } from '../subjects/connection.ts'
import { openPrismaClient } from '../subjects/prisma.ts'
import type { Durability } from '../subjects/subject.ts'
import type { Keeper, KeeperKind } from './keeper.ts'

// What one writes who keeps every state with a general tool: a row for each, whole.

type Open = (durability: Durability) => KeeperKind['open']

interface Versions {
  versions: { version: number; state: string }
}

const open = (path: string, durability: Durability) => {
  const made = new Database(path)
  made.exec('PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS versions (version INTEGER PRIMARY KEY, state TEXT)')
  made.close()
  return openDatabase(path, durability, durabilityAlone(durability))
}

export const openRawCopies: Open = (durability) => async (path) => {
  const database = open(path, durability)
  const insert = database.prepare('INSERT INTO versions VALUES (?, ?)')
  const select = database.prepare('SELECT state FROM versions WHERE version = ?').pluck()
  const count = database.prepare('SELECT count(*) FROM versions').pluck()
  return {
    save: async (turn, state) => void insert.run(turn, JSON.stringify(state)),
    read: async (turn) => parsed(select.get(turn) as string | undefined),
    count: async () => count.get() as number,
    close: async () => void database.close(),
  }
}

export const openKyselyCopies: Open = (durability) => async (path) => {
  const db = new Kysely<Versions>({ dialect: new SqliteDialect({ database: open(path, durability) }) })
  return {
    async save(turn, state) {
      await db
        .insertInto('versions')
        .values({ version: turn, state: JSON.stringify(state) })
        .execute()
    },
    async read(turn) {
      const row = await db.selectFrom('versions').select('state').where('version', '=', turn).executeTakeFirst()
      return parsed(row?.state)
    },
    async count() {
      const { n } = await db
        .selectFrom('versions')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      return n
    },
    close: () => db.destroy(),
  }
}

/** On a file that has our schema's tables already: its client knows no others. */
export const openPrismaCopies: Open =
  (durability) =>
  async (path): Promise<Keeper> => {
    const client = await openPrismaClient(path, durability, durabilityAlone(durability))
    const agentId = 'conversation'
    const ofAgent = { namespace, agentId }
    return {
      async save(turn, state) {
        const data = new Uint8Array(Buffer.from(JSON.stringify(state)))
        const row = { kind: 'plain', status: 'running', size: data.length, createdAt: new Date(), data } as const
        await client.agentRevision.create({
          data: { ...ofAgent, version: turn, ...row, chainBytes: data.length, chainStart: turn },
          omit: { data: true },
        })
      },
      async read(turn) {
        const where = { namespace_agentId_version: { ...ofAgent, version: turn } }
        const row = await client.agentRevision.findUnique({ where })
        return row === null ? undefined : parsed(Buffer.from(row.data).toString())
      },
      count: () => client.agentRevision.count({ where: ofAgent }),
      close: () => client.$disconnect(),
    }
  }

function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text)
}
