import { type Operation, queryFirst, statement } from '../operation.ts'
import { AGENT_SUMMARY, type AgentSummaryRow } from './agent-row.ts'

/** What the history holds of an agent's newest version; nulls when it holds nothing, as after a write through Prisma. */
export interface Recorded {
  recordedAt: string | null
  chainBytes: number | null
  checksum: number | null
  size: number | null
}

/** An agent's newest version, and what the history holds of it. */
export interface HeadSummary extends AgentSummaryRow, Recorded {}

/** The same with the state: the bytes of its JSON text. */
export interface Head extends HeadSummary {
  stateData: Buffer
}

const RECORDED = `r.created_at AS "recordedAt", r.chain_bytes AS "chainBytes", r.checksum, r.size`
const FROM = `FROM agent_states a LEFT JOIN agent_revisions r ON r.namespace = a.namespace AND r.agent_id = a.agent_id AND r.version = a.version
  WHERE a.namespace = ? AND a.agent_id = ?`

const READ = statement<Head>(`SELECT ${AGENT_SUMMARY}, CAST(a.state_data AS BLOB) AS "stateData", ${RECORDED} ${FROM}`)
const SUMMARY = statement<HeadSummary>(`SELECT ${AGENT_SUMMARY}, ${RECORDED} ${FROM}`)

/** An agent's newest version with its state, to write the next one after it. */
export function* readHead(namespace: string, agentId: string): Operation<Head | undefined> {
  return yield* queryFirst(READ, [namespace, agentId])
}

/** The same without reading the state. */
export function* readHeadSummary(namespace: string, agentId: string): Operation<HeadSummary | undefined> {
  return yield* queryFirst(SUMMARY, [namespace, agentId])
}
