import { keep, type Operation, queryFirst, queryKept, statement } from '../operation.ts'
import { AGENT_SUMMARY, type AgentSummaryRow, LOCK_AGENT } from './agent-row.ts'
import { PADDED_FROM, trimState } from './pad-state.ts'

/** How the history holds a head. */
interface Recorded {
  /** The head's version; null when the history does not hold what was written past it, as through Prisma. */
  recordedVersion: number | null
  chainBytes: number | null
  chainStart: number | null
  checksum: number | null
}

/** An agent's newest version with its state, as it is needed to write the next one. */
export interface Head extends AgentSummaryRow, Recorded {
  /** Its JSON text; of a large one that was read the bytes, and the blanks that are stored after it. */
  stateData: string | Buffer
  /** Bytes of the state as it is stored, with those blanks. */
  storedBytes: number
  /** The text of a large version that this process wrote, which the history then holds. */
  text?: Buffer | undefined
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

/** What a row takes in memory besides its state, roughly. */
const ROW_BYTES = 1024

const RECORDED = `a.recorded_version AS "recordedVersion", a.chain_bytes AS "chainBytes", a.chain_start AS "chainStart", a.checksum - ${CHECKSUM_BASE} AS checksum`

// A Buffer costs a microsecond more than a short string, and a long string the time to decode it.
const READ = statement<Head>(
  `SELECT ${AGENT_SUMMARY}, ${RECORDED}, CASE WHEN octet_length(a.state_data) < ${PADDED_FROM} THEN a.state_data ELSE CAST(a.state_data AS BLOB) END AS "stateData", octet_length(a.state_data) AS "storedBytes"
   FROM agent_states a WHERE a.namespace = ? AND a.agent_id = ?`,
  {
    // The state need not be read where it is still the one that was kept.
    postgresql: `SELECT ${AGENT_SUMMARY}, ${RECORDED}, 0 AS "storedBytes", CASE WHEN a.recorded_version = $3 AND a.checksum = $4 + ${CHECKSUM_BASE} AND a.updated_at = $5 THEN NULL ELSE a.state_data END AS "stateData"
      FROM agent_states a WHERE a.namespace = $1 AND a.agent_id = $2`,
    locks: LOCK_AGENT,
    isOfAgent: true,
    recall: {
      params: (kept) => [kept?.version ?? null, kept?.checksum ?? null, kept?.updatedAt ?? null],
      complete: (row, kept) => {
        if (row.stateData !== null) return row
        return Object.assign(row, { stateData: kept.stateData, text: kept.text })
      },
    },
  },
)
const SUMMARY = statement<HeadSummary>(
  `SELECT ${AGENT_SUMMARY}, ${RECORDED}, r.size
   FROM agent_states a LEFT JOIN agent_revisions r ON r.namespace = a.namespace AND r.agent_id = a.agent_id AND r.version = a.recorded_version
   WHERE a.namespace = ? AND a.agent_id = ?`,
  { locks: LOCK_AGENT, isOfAgent: true },
)

/** An agent's newest version with its state. */
export function* readHead(namespace: string, agentId: string): Operation<Head | undefined> {
  return yield* queryKept(READ, [namespace, agentId])
}

/**
 * Tells what an agent's newest version is after a write, so that the next one need not read it. For large states alone:
 * to read a small one costs no more than what is kept costs the garbage collector.
 */
export function* keepHead(namespace: string, head: Head): Operation<void> {
  const { agentId, text, metadata, stateData } = head
  const bytes =
    (text?.buffer.byteLength ?? 0) +
    2 * String(metadata).length +
    (typeof stateData === 'string' ? 2 * stateData.length : 0)
  yield* keep(READ, [namespace, agentId], head, ROW_BYTES + bytes)
}

/** Tells that an agent's newest version is another after a write, which has not read the state. */
export function* forgetHead(namespace: string, agentId: string): Operation<void> {
  yield* keep(READ, [namespace, agentId], undefined, 0)
}

/** The same without reading the state. */
export function* readHeadSummary(namespace: string, agentId: string): Operation<HeadSummary | undefined> {
  return yield* queryFirst(SUMMARY, [namespace, agentId])
}

/** The state's JSON text, without the blanks. */
export function stateOf({ stateData }: Head): string {
  return trimState(stateData).toString()
}
