import { type Operation, queryFirst, statement } from '../operation.ts'
import { SESSION, type SessionRow } from './start-session.ts'

const LOAD = statement<SessionRow>(`SELECT ${SESSION} FROM sessions WHERE namespace = ? AND id = ?`)

/** Loads a session; undefined when there is none. */
export function* loadSession(namespace: string, sessionId: string): Operation<SessionRow | undefined> {
  return yield* queryFirst(LOAD, [namespace, sessionId])
}
