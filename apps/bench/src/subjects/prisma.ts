import { pathToFileURL } from 'node:url'
import { PrismaClient } from '@descartes/store/client'
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import { pragmas, SYNCHRONOUS } from './connection.ts'
import { prismaAgentOperations } from './prisma-agents.ts'
import { prismaRecordOperations } from './prisma-records.ts'
import { type Durability, keepInFlight, type Operations, type Subject } from './subject.ts'

/** The plain Prisma client with its official adapter, on the same schema and with the same pragmas. Full-text search it cannot express. */
export async function openPrisma(path: string, durability: Durability): Promise<Subject> {
  const client = await openPrismaClient(path, durability)
  const operations: Omit<Operations, 'searchEvents'> = {
    ...prismaAgentOperations(client),
    ...prismaRecordOperations(client),
  }
  return {
    name: 'prisma',
    path,
    operations,
    run: (_mode, operation, inputs, inFlight) => keepInFlight(operation, inputs, inFlight),
    close: () => client.$disconnect(),
  }
}

/** The client with the same pragmas, unless others are given; the file has a write-ahead log already. */
export async function openPrismaClient(
  path: string,
  durability: Durability,
  settings: readonly string[] = pragmas(durability),
): Promise<PrismaClient> {
  const adapter = new PrismaBetterSqlite3({ url: pathToFileURL(path).href })
  const client = new PrismaClient({ adapter, transactionOptions: { maxWait: 60_000, timeout: 60_000 } })
  for (const pragma of settings) await client.$queryRawUnsafe(`PRAGMA ${pragma}`)
  const [journal] = await client.$queryRawUnsafe<{ journal_mode: string }[]>('PRAGMA journal_mode')
  const [setting] = await client.$queryRawUnsafe<{ synchronous: number | bigint }[]>('PRAGMA synchronous')
  if (journal?.journal_mode !== 'wal' || Number(setting?.synchronous) !== SYNCHRONOUS[durability])
    throw new Error(`${path}: Prisma does not run with WAL and synchronous = ${durability}`)
  return client
}
