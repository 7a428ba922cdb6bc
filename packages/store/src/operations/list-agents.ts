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
    `SELECT ${AGENT_SUMMARY} FROM agent_states WHERE namespace = ? AND agent_id > ?${where} ORDER BY agent_id LIMIT ?`,
  )

const LIVE = list(' AND deleted_at IS NULL')
const LIVE_BY_STATUS = list(' AND deleted_at IS NULL AND status = ?')
const ALL = list('')
const ALL_BY_STATUS = list(' AND status = ?')

/** Lists agents by id, without their states: the state is the row's last column and is never read. */
export function* listAgents(
  namespace: string,
  { status, includeDeleted, after, limit }: ListAgents,
): Operation<AgentSummaryRow[]> {
  if (status === undefined) return yield* query(includeDeleted ? ALL : LIVE, [namespace, after, limit])
  return yield* query(includeDeleted ? ALL_BY_STATUS : LIVE_BY_STATUS, [namespace, after, status, limit])
}
