import { type Operation, query, statement } from '../operation.ts'
import { END_OF_TIME } from '../timestamp.ts'
import { SESSION, type SessionRow, type SessionStatus } from './start-session.ts'

export interface ListSessions {
  agentId: string | undefined
  status: SessionStatus | undefined
  /** The session that the page starts below; undefined for the first page. */
  before: { startedAt: string; id: string } | undefined
  limit: number
}

const list = (where: string) =>
  statement<SessionRow>(
    `SELECT ${SESSION} FROM sessions WHERE namespace = ?${where} AND (started_at, id) < (?, ?) ORDER BY started_at DESC, id DESC LIMIT ?`,
  )

const ALL = list('')
const BY_AGENT = list(' AND agent_id = ?')
const BY_STATUS = list(' AND status = ?')
const BY_BOTH = list(' AND agent_id = ? AND status = ?')

/** Lists sessions, newest first. */
export function* listSessions(
  namespace: string,
  { agentId, status, before, limit }: ListSessions,
): Operation<SessionRow[]> {
  const rest = [before?.startedAt ?? END_OF_TIME, before?.id ?? '', limit]
  if (agentId === undefined)
    return yield* status === undefined
      ? query(ALL, [namespace, ...rest])
      : query(BY_STATUS, [namespace, status, ...rest])
  return yield* status === undefined
    ? query(BY_AGENT, [namespace, agentId, ...rest])
    : query(BY_BOTH, [namespace, agentId, status, ...rest])
}
