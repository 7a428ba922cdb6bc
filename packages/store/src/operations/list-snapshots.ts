import { type Operation, query, statement } from '../operation.ts'
import { SNAPSHOT, type SnapshotRow } from './create-snapshot.ts'

export interface ListSnapshots {
  agentId: string
  /** The snapshot that the page starts below. */
  before: { createdAt: string; id: string } | undefined
  limit: number
}

const list = (where: string) =>
  statement<SnapshotRow>(
    `SELECT ${SNAPSHOT} FROM state_snapshots WHERE namespace = ? AND agent_id = ?${where} ORDER BY created_at DESC, id DESC LIMIT ?`,
  )

const FIRST_PAGE = list('')
const NEXT_PAGE = list(' AND (created_at, id) < (?, ?)')

/** Lists an agent's snapshots, newest first, without their states. Expired ones are listed until they are deleted. */
export function* listSnapshots(namespace: string, { agentId, before, limit }: ListSnapshots): Operation<SnapshotRow[]> {
  if (before === undefined) return yield* query(FIRST_PAGE, [namespace, agentId, limit])
  return yield* query(NEXT_PAGE, [namespace, agentId, before.createdAt, before.id, limit])
}
