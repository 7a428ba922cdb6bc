import { Kysely, SqliteDialect, sql } from 'kysely'
import { uuidv7 } from 'uuidv7'
import { durabilityAlone, NAMESPACE as namespace, openDatabase } from './connection.ts'
import { type AgentColumns, type EventColumns, now, toAgent, toEvent, toSummary } from './raw-rows.ts'
import { type Durability, keepInFlight, type Operations, type Subject } from './subject.ts'

/** The tables of the same schema, as far as they are used. */
interface Tables {
  agent_states: {
    namespace: string
    agent_id: string
    name: string
    status: string
    metadata: string | null
    version: number
    created_at: string
    updated_at: string
    deleted_at: string | null
    state_data: string
  }
  events: {
    namespace: string
    id: string
    event_type: string
    timestamp: string
    session_id: string
    actor_type: string
    actor_id: string
    git_commit: string | null
    metadata: string | null
    content: string
  }
}

const SUMMARY = [
  'agent_id as agentId',
  'name',
  'status',
  'metadata',
  'version',
  'created_at as createdAt',
  'updated_at as updatedAt',
  'deleted_at as deletedAt',
] as const

const EVENT = [
  'id',
  'event_type as eventType',
  'timestamp',
  'session_id as sessionId',
  'actor_type as actorType',
  'actor_id as actorId',
  'git_commit as gitCommit',
  'metadata',
  'content',
] as const

const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value))

/** kysely on better-sqlite3, as its users write: each query is built when it runs. A save keeps no older versions. */
export async function openKysely(path: string, durability: Durability): Promise<Subject> {
  const db = new Kysely<Tables>({
    dialect: new SqliteDialect({ database: openDatabase(path, durability, durabilityAlone(durability)) }),
  })
  const operations: Partial<Operations> = {
    async saveAgentState({ agentId, name, status, state, metadata }) {
      const time = now()
      const data = { name, status, metadata: json(metadata), state_data: JSON.stringify(state), updated_at: time }
      const row = await db
        .insertInto('agent_states')
        .values({ namespace, agent_id: agentId, version: 1, created_at: time, deleted_at: null, ...data })
        .onConflict((conflict) =>
          conflict.columns(['namespace', 'agent_id']).doUpdateSet({ ...data, version: sql`agent_states.version + 1` }),
        )
        .returning(SUMMARY)
        .executeTakeFirstOrThrow()
      return { ...toSummary(row as AgentColumns), state }
    },
    async loadAgentState(agentId) {
      const row = await db
        .selectFrom('agent_states')
        .select([...SUMMARY, 'state_data as stateData'])
        .where('namespace', '=', namespace)
        .where('agent_id', '=', agentId)
        .where('deleted_at', 'is', null)
        .executeTakeFirst()
      return row === undefined ? null : toAgent(row as AgentColumns & { stateData: string })
    },
    async listAgents(limit) {
      const rows = await db
        .selectFrom('agent_states')
        .select(SUMMARY)
        .where('namespace', '=', namespace)
        .where('deleted_at', 'is', null)
        .orderBy('agent_id')
        .limit(limit)
        .execute()
      return { items: rows.map((row) => toSummary(row as AgentColumns)) }
    },
    async saveEvent({ eventType, sessionId, actorType, actorId, content, metadata }) {
      const row = await db
        .insertInto('events')
        .values({
          namespace,
          id: uuidv7(),
          event_type: eventType,
          timestamp: now(),
          session_id: sessionId,
          actor_type: actorType,
          actor_id: actorId,
          git_commit: null,
          metadata: json(metadata),
          content,
        })
        .returning(EVENT)
        .executeTakeFirstOrThrow()
      return toEvent(row as EventColumns)
    },
    /** Without a full-text index: every word somewhere in the content, the newest events first. */
    async searchEvents({ query, limit }) {
      let hits = db.selectFrom('events').select(EVENT).where('namespace', '=', namespace)
      for (const word of query.split(' ')) hits = hits.where('content', 'like', `%${word}%`)
      const rows = await hits.orderBy('id', 'desc').limit(limit).execute()
      return { items: rows.map((row) => ({ event: toEvent(row as EventColumns), score: 0, snippet: '' })) }
    },
  }
  return {
    name: 'kysely',
    path,
    operations,
    run: (_mode, operation, inputs, inFlight) => keepInFlight(operation, inputs, inFlight),
    close: () => db.destroy(),
  }
}
