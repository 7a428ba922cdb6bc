import type { EventInput } from '@descartes/sdk'
import { openStateStore } from '@descartes/sdk'
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import { execute } from '../../../../packages/store/tests/postgresql/execute.ts'
import type { OpenedSaver } from '../checkpoints/checkpoint-keeper.ts'
import { openDescartesSaver } from '../checkpoints/open-savers.ts'
import { seededAgents } from '../data/kept-seed.ts'
import { openDescartes } from '../postgresql/descartes.ts'
import { openRaw } from '../postgresql/raw.ts'
import type { BenchServer } from '../postgresql/server.ts'
import { openPool, POOL_SIZE, type PostgresqlSubject } from '../postgresql/subject.ts'
import type { ContestantId, Entrant } from './entrant.ts'
import { enterSaver } from './saver-entrant.ts'

/** Opens every contestant on a database of its own, on one server, all with the same agents. */
export async function enterPostgresql(server: BenchServer): Promise<Entrant[]> {
  const template = await server.createDatabase('race')
  for (const setting of ['fsync', 'synchronous_commit'])
    if ((await show(template, setting)) !== 'on') throw new Error(`PostgreSQL: ${setting} is not on`)
  const store = await openStateStore({ url: template })
  for (const step of [0, 1]) await Promise.all(seededAgents(step).map((input) => store.saveAgentState(input)))
  await store.close()
  await execute(template, 'VACUUM ANALYZE')
  const saverUrl = await server.createDatabase('race_descartes_saver')
  const langgraphUrl = await server.createDatabase('race_langgraph')
  return [
    onOurServer('descartes', await openDescartes(await server.createDatabase('race_descartes', 'race'))),
    await enterSaver('descartes-saver', () => openDescartesSaver(saverUrl, 'full'), 1),
    await enterSaver('langgraph', () => openPostgresSaver(langgraphUrl), POOL_SIZE),
    onOurServer('raw', await openRaw(await server.createDatabase('race_raw', 'race')), { joinedByHand: true }),
  ]
}

export async function versionOf(server: BenchServer): Promise<string> {
  return show(await server.createDatabase('asked'), 'server_version')
}

async function show(url: string, setting: string): Promise<string> {
  const { rows } = await execute(url, `SHOW ${setting}`)
  return (rows[0] as Record<string, string>)[setting] as string
}

export async function openPostgresSaver(url: string): Promise<OpenedSaver> {
  const saver = new PostgresSaver(openPool(url))
  await saver.setup()
  return { saver, close: () => saver.end() }
}

function onOurServer(name: ContestantId, subject: PostgresqlSubject, more: Partial<Entrant> = {}): Entrant {
  return {
    ...subject,
    name,
    async events(sessionId) {
      const sql = `SELECT content, metadata FROM events WHERE namespace = 'default' AND session_id = $1`
      return (await subject.rows?.<Pick<EventInput, 'content' | 'metadata'>>(sql, [sessionId])) ?? []
    },
    ...more,
  }
}
