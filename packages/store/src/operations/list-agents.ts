import { type Operation, query, statement } from '../operation.ts'
import { AGENT_SUMMARY, type AgentSummaryRow } from './agent-row.ts'

export interface ListAgents {
  status: string | undefined
  includeDeleted: boolean
  /** The agent id that the page starts after; '' for the first page. */
  after: string
  limit: number
}

const list = (where: string) =>
  statement<AgentSummaryRow>(
    `SELECT ${AGENT_SUMMARY} FROM agent_states a WHERE a.namespace = ? AND a.agent_id > ?${where} ORDER BY a.agent_id LIMIT ?`,
  )

const LIVE = list(' AND a.deleted_at IS NULL')
const LIVE_BY_STATUS = list(' AND a.deleted_at IS NULL AND a.status = ?')
const ALL = list('')
const ALL_BY_STATUS = list(' AND a.status = ?')

/** Lists agents by id, without their states: the state is the row's last column and is never read. */
export function* listAgents(
  namespace: string,
  { status, includeDeleted, after, limit }: ListAgents,
): Operation<AgentSummaryRow[]> {
  if (status === undefined) return yield* query(includeDeleted ? ALL : LIVE, [namespace, after, limit])
  return yield* query(includeDeleted ? ALL_BY_STATUS : LIVE_BY_STATUS, [namespace, after, status, limit])
}
