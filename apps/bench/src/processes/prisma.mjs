import { pathToFileURL } from 'node:url'
import { AGENT, IN_FLIGHT, input, mark, path, report, saves } from './work.mjs'

const { PrismaClient } = await import('@descartes/store/client')
const { PrismaBetterSqlite3 } = await import('@prisma/adapter-better-sqlite3')
mark('imported')
const client = new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: pathToFileURL(path).href }) })
for (const pragma of ['synchronous = FULL', 'foreign_keys = ON', 'journal_mode = WAL'])
  await client.$queryRawUnsafe(`PRAGMA ${pragma}`)
mark('opened')
const where = { namespace_agentId: { namespace: 'default', agentId: AGENT } }
for (let from = 0; from < saves; from += IN_FLIGHT) {
  await Promise.all(
    Array.from({ length: Math.min(IN_FLIGHT, saves - from) }, (_, i) => {
      const { agentId, state, ...rest } = input(from + i)
      const data = { ...rest, stateData: JSON.stringify(state) }
      return client.agentState.upsert({
        where,
        create: { agentId, ...data },
        update: { ...data, version: { increment: 1 } },
        omit: { stateData: true },
      })
    }),
  )
}
mark('saved')
const row = await client.agentState.findUniqueOrThrow({ where })
mark('loaded')
report({ version: row.version, state: JSON.parse(row.stateData) })
await client.$disconnect()
