import type { AgentState } from '@descartes/sdk'
import {
  type CheckpointPendingWrite,
  compareWritesSortKeys,
  type PendingWrite,
  type SerializerProtocol,
  WRITES_IDX_MAP,
  writesSortKey,
} from '@langchain/langgraph-checkpoint'
import { decodeValue } from './decode-value.ts'
import { encodeValue } from './encode-value.ts'

/** The state of an agent that holds the pending writes of one checkpoint, by task and place. */
export type StoredWrites = Record<string, StoredWrite>

export interface StoredWrite {
  taskId: string
  idx: number
  taskPath: string
  channel: string
  value: unknown
}

export function writesIn(agent: AgentState | null): StoredWrites {
  return agent === null ? {} : (agent.state as unknown as StoredWrites)
}

/** Writes of a task as they are stored. */
export async function encodeWrites(
  writes: readonly PendingWrite[],
  taskId: string,
  taskPath: string,
  serde: SerializerProtocol,
): Promise<StoredWrite[]> {
  return Promise.all(
    writes.map(async ([channel, value], i) => {
      const idx = Object.hasOwn(WRITES_IDX_MAP, channel) ? (WRITES_IDX_MAP[channel] as number) : i
      return { taskId, idx, taskPath, channel, value: await encodeValue(value, serde) }
    }),
  )
}

/**
 * The writes with others added; the very same when that changes nothing. Of a write that a task repeats the first one
 * stays, but for those of a special kind, such as an error or an answer to an interrupt: there the last one counts.
 */
export function addWrites(stored: StoredWrites, writes: readonly StoredWrite[]): StoredWrites {
  const added: StoredWrites = {}
  for (const write of writes) {
    const key = JSON.stringify([write.taskId, write.idx])
    if (write.idx < 0 || !(Object.hasOwn(stored, key) || Object.hasOwn(added, key))) added[key] = write
  }
  return Object.keys(added).length === 0 ? stored : { ...stored, ...added }
}

/** The writes in the order in which a run would have applied them. */
export async function decodeWrites(stored: StoredWrites, serde: SerializerProtocol): Promise<CheckpointPendingWrite[]> {
  const keyOf = ({ taskPath, taskId, idx }: StoredWrite) => writesSortKey(taskPath, taskId, idx)
  const inOrder = Object.values(stored).sort((a, b) => compareWritesSortKeys(keyOf(a), keyOf(b)))
  return Promise.all(
    inOrder.map(async ({ taskId, channel, value }): Promise<CheckpointPendingWrite> => {
      return [taskId, channel, await decodeValue(value, serde)]
    }),
  )
}
