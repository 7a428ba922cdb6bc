import { SessionEndedError, SessionNotFoundError } from '../errors.ts'
import { type Operation, queryFirst, statement } from '../operation.ts'
import { fromTimestamp, timestampNow } from '../timestamp.ts'
import { loadSession } from './load-session.ts'
import { SESSION, type SessionRow, type SessionStatus } from './start-session.ts'

const END = statement<SessionRow>(
  `UPDATE sessions SET ended_at = ?, status = ? WHERE namespace = ? AND id = ? AND ended_at IS NULL RETURNING ${SESSION}`,
  { leavesKept: true, isOnlyWrite: true },
)

/** Ends a session. Ending it again with the same status changes nothing; with another, it is refused. */
export function* endSession(
  namespace: string,
  sessionId: string,
  status: Exclude<SessionStatus, 'active'>,
): Operation<SessionRow> {
  const ended = yield* queryFirst(END, [timestampNow(), status, namespace, sessionId])
  if (ended !== undefined) return ended
  const session = yield* loadSession(namespace, sessionId)
  if (session === undefined) throw new SessionNotFoundError(sessionId)
  if (session.status !== status)
    throw new SessionEndedError(
      sessionId,
      session.status,
      session.endedAt === null ? null : fromTimestamp(session.endedAt),
    )
  return session
}
