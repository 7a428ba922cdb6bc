import type { Event } from '@descartes/sdk'
import type { PrismaClient } from '@descartes/store/client'
import { durabilityAlone, NAMESPACE as namespace } from '../subjects/connection.ts'
import { openPrismaClient } from '../subjects/prisma.ts'
import { prismaAgentOperations } from '../subjects/prisma-agents.ts'
import { prismaRecordOperations } from '../subjects/prisma-records.ts'
import { type Durability, keepInFlight, type Operations } from '../subjects/subject.ts'
import type { Entrant } from './entrant.ts'
import { onOurTables } from './on-our-tables.ts'

/** Its client joins the loads of one tick into one query of two parameters each, and takes no more than 999. */
const MOST_LOADS = 499

export async function enterPrisma(path: string, durability: Durability): Promise<Entrant> {
  const client = await openPrismaClient(path, durability, durabilityAlone(durability))
  const operations: Operations = {
    ...prismaAgentOperations(client),
    ...prismaRecordOperations(client),
    searchEvents: ({ query, limit }) => searchByLike(client, query, limit),
  }
  return onOurTables(
    'prisma',
    {
      name: 'prisma',
      path,
      operations,
      run: (_mode, operation, inputs, inFlight) => keepInFlight(operation, inputs, inFlight),
      close: () => client.$disconnect(),
    },
    {
      refusal: (method, inFlight) =>
        method === 'loadAgentState' && inFlight > MOST_LOADS
          ? `fails with P2029 at more than ${MOST_LOADS} findUniques at once`
          : undefined,
    },
  )
}

/** Without a full-text index: every word somewhere in the content, the newest events first. */
async function searchByLike(client: PrismaClient, query: string, limit: number) {
  const rows = await client.event.findMany({
    where: { namespace, AND: query.split(' ').map((word) => ({ content: { contains: word } })) },
    orderBy: { id: 'desc' },
    take: limit,
  })
  return { items: rows.map((row) => ({ event: row as Event, score: 0, snippet: '' })) }
}
