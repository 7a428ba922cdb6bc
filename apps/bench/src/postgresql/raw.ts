import type { PoolClient } from 'pg'
import { uuidv7 } from 'uuidv7'
import { NAMESPACE } from '../subjects/connection.ts'
import { type Awaitable, keepInFlight, type Operations } from '../subjects/subject.ts'
import * as sql from './raw-statements.ts'
import { openReader } from './reader.ts'
import { openPool, type PostgresqlSubject } from './subject.ts'

type Row = Record<string, unknown>

/** What rows are made of is left to the driver, and what they mean to the checks. */
type ByHand = {
  [Name in keyof Operations]?: (input: Parameters<Operations[Name]>[0]) => Promise<unknown>
}

/**
 * Raw pg: the statements that our operations run, written by hand and prepared. Every version of an agent is kept here,
 * too, but whole. As many writes as are in flight share one BEGIN ... COMMIT on one connection; reads take any.
 */
export async function openRaw(url: string): Promise<PostgresqlSubject> {
  const pool = openPool(url)
  const reader = await openReader(url)
  /** The connection of the batch that is under way. */
  let batch: PoolClient | undefined

  async function one<T = Row>({ name, text }: sql.Prepared, values: unknown[]): Promise<T> {
    const { rows } = await (batch ?? pool).query({ name, text, values })
    return rows[0] as T
  }

  async function requireLive(agentId: string): Promise<Row & { status: string }> {
    const found = await one<(Row & { status: string }) | undefined>(sql.FIND_AGENT, [NAMESPACE, agentId])
    if (found === undefined || found.deletedAt !== null) throw new Error(`no agent ${agentId}`)
    return found
  }

  const operations: ByHand = {
    async saveAgentState({ agentId, name, status, state, metadata }) {
      const row = [NAMESPACE, agentId, name, status, JSON.stringify(metadata), new Date(), JSON.stringify(state)]
      const saved = await one(sql.SAVE_AGENT, row)
      if (saved === undefined) throw new Error(`${agentId} is deleted`)
      await one(sql.RECORD_VERSION, [NAMESPACE, agentId])
      return { ...saved, agentId, name, status, state, deletedAt: null, parent: null }
    },
    async loadAgentState(agentId) {
      const row = await one<(Row & { state: string }) | undefined>(sql.LOAD_AGENT, [NAMESPACE, agentId])
      return row === undefined ? null : { ...row, state: JSON.parse(row.state), parent: null }
    },
    async updateAgentStatus({ agentId, status, reason }) {
      const agent = await requireLive(agentId)
      const time = new Date()
      const { version } = await one(sql.UPDATE_STATUS, [status, time, NAMESPACE, agentId])
      await one(sql.RECORD_VERSION, [NAMESPACE, agentId])
      await one(sql.INSERT_TRANSITION, [NAMESPACE, uuidv7(), agentId, agent.status, status, reason, time])
      return { ...agent, status, version, updatedAt: time }
    },
    async recordStateTransition({ agentId, before, after, reason }) {
      await requireLive(agentId)
      return one(sql.INSERT_TRANSITION, [NAMESPACE, uuidv7(), agentId, before, after, reason, new Date()])
    },
    async saveEvent({ eventType, sessionId, actorType, actorId, content, metadata }) {
      const [id, timestamp] = [uuidv7(), new Date()]
      const event = [id, eventType, timestamp, sessionId, actorType, actorId, JSON.stringify(metadata), content]
      await one(sql.INSERT_EVENT, [NAMESPACE, ...event])
      return { id, eventType, sessionId, actorType, actorId, content, metadata, gitCommit: null, timestamp }
    },
    saveTask({ title, description, assignedTo }) {
      return one(sql.INSERT_TASK, [NAMESPACE, uuidv7(), title, description, assignedTo, new Date()])
    },
    getTask: (taskId) => one(sql.GET_TASK, [NAMESPACE, taskId]),
  }

  // They are one statement, which is a transaction by itself.
  const single: unknown[] = [operations.saveEvent, operations.saveTask]

  async function write<I, R>(operation: (input: I) => Awaitable<R>, inputs: readonly I[], size: number) {
    const results: R[] = []
    if (size === 1 && single.includes(operation)) {
      for (const input of inputs) results.push(await operation(input))
      return results
    }
    batch = await pool.connect()
    try {
      for (let from = 0; from < inputs.length; from += size) {
        await batch.query('BEGIN')
        for (const input of inputs.slice(from, from + size)) results.push(await operation(input))
        await batch.query('COMMIT')
      }
    } finally {
      batch.release()
      batch = undefined
    }
    return results
  }

  return {
    name: 'raw',
    operations: operations as Partial<Operations>,
    run: (mode, operation, inputs, inFlight) =>
      mode === 'read' ? keepInFlight(operation, inputs, inFlight) : write(operation, inputs, inFlight),
    stored: reader.stored,
    rows: reader.rows,
    async close() {
      await reader.close()
      await pool.end()
    },
  }
}
