import { Client } from 'pg'
import type { PostgresqlSubject } from './subject.ts'

/** Reads back from our tables what a subject wrote, on a connection of its own. */
export async function openReader(url: string) {
  const client = new Client(url)
  await client.connect()
  const rows = async <T>(sql: string, params: readonly unknown[]): Promise<T[]> =>
    (await client.query(sql, [...params])).rows as T[]
  const stored: PostgresqlSubject['stored'] = async (agentIds) => {
    const found = await rows<{ agentId: string; version: number; state: string }>(
      `SELECT agent_id AS "agentId", version, state_data AS state FROM agent_states
       WHERE namespace = 'default' AND agent_id = ANY($1) AND deleted_at IS NULL`,
      [agentIds],
    )
    return found.map(({ state, ...agent }) => ({ ...agent, state: JSON.parse(state) as unknown }))
  }
  return { rows, stored, close: () => client.end() }
}
