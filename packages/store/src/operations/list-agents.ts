import { type Operation, query, statement } from '../operation.ts'
import { AGENT_SUMMARY, type AgentSummaryRow } from './agent-row.ts'

export interface ListAgents {
  status: string | undefined
  includeDeleted: boolean
  /** Only agents whose ids begin so. */
  idPrefix?: string | undefined
  /** The agent id that the page starts after; '' for the first page. */
  after: string
  limit: number
}

const of = (range: string, where: string) =>
  statement<AgentSummaryRow>(
    `SELECT ${AGENT_SUMMARY} FROM agent_states a WHERE a.namespace = ? AND ${range}${where} ORDER BY a.agent_id LIMIT ?`,
  )
const list = (where: string) => ({
  every: of('a.agent_id > ?', where),
  prefixed: of('a.agent_id >= ? AND a.agent_id <> ? AND a.agent_id < ?', where),
})

const LIVE = list(' AND a.deleted_at IS NULL')
const LIVE_BY_STATUS = list(' AND a.deleted_at IS NULL AND a.status = ?')
const ALL = list('')
const ALL_BY_STATUS = list(' AND a.status = ?')

/** What an id that begins with a prefix can not go on with: it sorts after all that it can, which is 512 bytes at most. */
const BEYOND = '\u{10ffff}'.repeat(129)

/** Lists agents by id, without their states: the state is the row's last column and is never read. */
export function* listAgents(
  namespace: string,
  { status, includeDeleted, idPrefix, after, limit }: ListAgents,
): Operation<AgentSummaryRow[]> {
  const byStatus = includeDeleted ? ALL_BY_STATUS : LIVE_BY_STATUS
  const { every, prefixed } = status === undefined ? (includeDeleted ? ALL : LIVE) : byStatus
  const rest = status === undefined ? [limit] : [status, limit]
  if (idPrefix === undefined) return yield* query(every, [namespace, after, ...rest])
  // One lower bound: of two, an index would be searched by either.
  const from = after === '' ? idPrefix : after
  return yield* query(prefixed, [namespace, from, after, idPrefix + BEYOND, ...rest])
}
