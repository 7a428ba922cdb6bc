import { type Operation, queryFirst, statement } from '../operation.ts'
import { AGENT_SUMMARY, type AgentSummaryRow } from './agent-row.ts'
import { trimState } from './pad-state.ts'

/** How the history holds a head. */
interface Recorded {
  /** The head's version; null when the history does not hold what was written past it, as through Prisma. */
  recordedVersion: number | null
  chainBytes: number | null
  checksum: number | null
}

/** An agent's newest version with its state, as it is needed to write the next one. */
export interface Head extends AgentSummaryRow, Recorded {
  /** The bytes of its JSON text, and the blanks that are stored after it. */
  stateData: Buffer
}

/** An agent's newest version without its state, and the size of its text: null when the history does not hold it. */
export interface HeadSummary extends AgentSummaryRow, Recorded {
  size: number | null
}

/**
 * The head keeps its checksum with this added. So it takes 6 bytes whatever it is, and the state, which stands after it,
 * keeps its place in the row: a page differs only where the state does.
 */
export const CHECKSUM_BASE = 2 ** 32

const RECORDED = `a.recorded_version AS "recordedVersion", a.chain_bytes AS "chainBytes", a.checksum - ${CHECKSUM_BASE} AS checksum`

const READ = statement<Head>(
  `SELECT ${AGENT_SUMMARY}, ${RECORDED}, CAST(a.state_data AS BLOB) AS "stateData"
   FROM agent_states a WHERE a.namespace = ? AND a.agent_id = ?`,
)
const SUMMARY = statement<HeadSummary>(
  `SELECT ${AGENT_SUMMARY}, ${RECORDED}, r.size
   FROM agent_states a LEFT JOIN agent_revisions r ON r.namespace = a.namespace AND r.agent_id = a.agent_id AND r.version = a.recorded_version
   WHERE a.namespace = ? AND a.agent_id = ?`,
)

/** An agent's newest version with its state. */
export function* readHead(namespace: string, agentId: string): Operation<Head | undefined> {
  return yield* queryFirst(READ, [namespace, agentId])
}

/** The same without reading the state. */
export function* readHeadSummary(namespace: string, agentId: string): Operation<HeadSummary | undefined> {
  return yield* queryFirst(SUMMARY, [namespace, agentId])
}

/** The state's JSON text, without the blanks. */
export function stateOf({ stateData }: Head): string {
  return trimState(stateData).toString()
}
