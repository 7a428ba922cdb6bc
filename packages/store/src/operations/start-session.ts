import { SessionExistsError } from '../errors.ts'
import { type Operation, queryFirst, statement } from '../operation.ts'
import { timestampNow } from '../timestamp.ts'

export type SessionStatus = 'active' | 'completed' | 'failed' | 'cancelled'

/** A session as it is stored. */
export interface SessionRow {
  id: string
  agentId: string
  startedAt: string
  endedAt: string | null
  status: SessionStatus
  metadata: string | number | null
}

export interface StartSession {
  id: string
  agentId: string
  metadata: string | null
}

export const SESSION = `id, agent_id AS "agentId", started_at AS "startedAt", ended_at AS "endedAt", status, metadata`

const START = statement<SessionRow>(
  `INSERT INTO sessions (namespace, id, agent_id, started_at, status, metadata) VALUES (?, ?, ?, ?, 'active', ?)
   ON CONFLICT (namespace, id) DO NOTHING RETURNING ${SESSION}`,
  { leavesKept: true, isOnlyWrite: true },
)

/** Starts a session; one that exists is never started again. */
export function* startSession(namespace: string, { id, agentId, metadata }: StartSession): Operation<SessionRow> {
  const session = yield* queryFirst(START, [namespace, id, agentId, timestampNow(), metadata])
  if (session === undefined) throw new SessionExistsError(id)
  return session
}
