import type { AgentState } from '@descartes/sdk'
import type {
  ChannelVersions,
  Checkpoint,
  CheckpointMetadata,
  SerializerProtocol,
} from '@langchain/langgraph-checkpoint'
import { decodeValue } from './decode-value.ts'
import { encodeValue } from './encode-value.ts'

/** The state of an agent that holds the checkpoints of a place: each of its versions is one. */
export interface StoredCheckpoint {
  checkpoint: Omit<Checkpoint, 'channel_values'>
  /** The checkpoint that it goes on from; null for the first of a thread. */
  parentId: string | null
  metadata: unknown
  /** Values by channel, with the version of the channel that they were stored at. */
  values: Record<string, StoredValue>
}

interface StoredValue {
  version: string | number
  value: unknown
}

/** A checkpoint as it is given to be put. */
export interface NewCheckpoint {
  checkpoint: Checkpoint
  /** The checkpoint that it goes on from. */
  parentId: string | undefined
  metadata: CheckpointMetadata
  /** The channels that have changed since the parent. */
  newVersions: ChannelVersions
}

export function storedIn(agent: AgentState): StoredCheckpoint {
  return agent.state as unknown as StoredCheckpoint
}

/**
 * A checkpoint as it is stored. Of the channels that have not changed it holds what the bases hold at the same version.
 * `isParentKnown` is false when the parent is named but not there, as after pruning: then all values are taken as given.
 */
export async function encodeCheckpoint(
  { checkpoint, parentId, metadata, newVersions }: NewCheckpoint,
  bases: readonly StoredCheckpoint[],
  isParentKnown: boolean,
  serde: SerializerProtocol,
): Promise<StoredCheckpoint> {
  const { channel_values: given, ...rest } = checkpoint
  const values: [string, StoredValue][] = []
  for (const [channel, version] of Object.entries(rest.channel_versions)) {
    const kept = bases.map((base) => valueAt(base, channel, version)).find((value) => value !== undefined)
    if (!Object.hasOwn(newVersions, channel) && kept !== undefined) values.push([channel, kept])
    else if ((Object.hasOwn(newVersions, channel) || !isParentKnown) && Object.hasOwn(given, channel))
      values.push([channel, { version, value: await encodeValue(given[channel], serde) }])
  }
  const encoded = await encodeValue(metadata, serde)
  return { checkpoint: rest, parentId: parentId ?? null, metadata: encoded, values: Object.fromEntries(values) }
}

export async function decodeCheckpoint(stored: StoredCheckpoint, serde: SerializerProtocol): Promise<Checkpoint> {
  const values = Object.entries(stored.values)
  const decoded = await Promise.all(values.map(([, { value }]) => decodeValue(value, serde)))
  const channel_values = Object.fromEntries(values.map(([channel], i) => [channel, decoded[i]]))
  return { ...stored.checkpoint, channel_values }
}

export async function decodeMetadata(stored: StoredCheckpoint, serde: SerializerProtocol): Promise<CheckpointMetadata> {
  return (await decodeValue(stored.metadata, serde)) as CheckpointMetadata
}

function valueAt(base: StoredCheckpoint, channel: string, version: string | number): StoredValue | undefined {
  const found = Object.hasOwn(base.values, channel) ? base.values[channel] : undefined
  return found?.version === version ? found : undefined
}
