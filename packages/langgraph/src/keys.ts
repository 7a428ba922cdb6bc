import { FIXED_LIMITS, InvalidInputError } from '@descartes/sdk'
import type { RunnableConfig } from '@langchain/core/runnables'
import { getCheckpointId } from '@langchain/langgraph-checkpoint'
import { describe } from './describe.ts'

/** Where checkpoints lie: a thread, and the graph or one of its subgraphs. */
export interface Place {
  threadId: string
  checkpointNs: string
}

/** What a config names. */
export interface Named {
  threadId: string | undefined
  checkpointNs: string | undefined
  checkpointId: string | undefined
}

/** What an agent that holds checkpoints is called, for who looks at the store; agents are listed by the status. */
export const CHECKPOINTS = { name: 'LangGraph thread', status: 'checkpoint' }
/** And one that holds the pending writes of a checkpoint. */
export const WRITES = { name: 'LangGraph pending writes', status: 'writes' }

export function namedBy(config: RunnableConfig): Named {
  const { thread_id, checkpoint_ns } = config.configurable ?? {}
  return {
    threadId: text(thread_id, 'thread_id'),
    checkpointNs: text(checkpoint_ns, 'checkpoint_ns'),
    checkpointId: text(getCheckpointId(config) || undefined, 'checkpoint_id'),
  }
}

/** What a config names that must name a thread. */
export function placeOf(config: RunnableConfig): Place & { checkpointId: string | undefined } {
  const { threadId, checkpointNs = '', checkpointId } = namedBy(config)
  if (threadId === undefined) throw new InvalidInputError('configurable.thread_id', 'a string', 'nothing')
  return { threadId, checkpointNs, checkpointId }
}

export function configOf({ threadId, checkpointNs }: Place, checkpointId: string): RunnableConfig {
  return { configurable: { thread_id: threadId, checkpoint_ns: checkpointNs, checkpoint_id: checkpointId } }
}

/** The agent that holds a place's checkpoints. JSON, for no two places make the same. */
export function checkpointsKey({ threadId, checkpointNs }: Place): string {
  return key([threadId, checkpointNs])
}

/** The agent that holds a checkpoint's pending writes. */
export function writesKey({ threadId, checkpointNs }: Place, checkpointId: string): string {
  return key([threadId, checkpointNs, checkpointId])
}

/** How the ids of all of a thread's agents begin, and of no other's; without a thread, of those of all threads. */
export function threadPrefix(threadId?: string): string {
  return threadId === undefined ? '["' : `${key([threadId]).slice(0, -1)},`
}

/** The place whose checkpoints an agent holds; undefined for an agent that is something else. */
export function placeOfKey(agentId: string): Place | undefined {
  try {
    const [threadId, checkpointNs, ...more] = JSON.parse(agentId) as unknown[]
    const isPlace = typeof threadId === 'string' && typeof checkpointNs === 'string' && more.length === 0
    return isPlace ? { threadId, checkpointNs } : undefined
  } catch {
    return undefined
  }
}

function key(parts: readonly string[]): string {
  const id = JSON.stringify(parts)
  const { idBytes } = FIXED_LIMITS
  if (id.normalize('NFC') !== id || Buffer.byteLength(id) > idBytes)
    throw new InvalidInputError(
      'configurable',
      `thread_id, checkpoint_ns and checkpoint_id that take at most ${idBytes} bytes together, in Unicode normal form C`,
      `${id.slice(0, 100)} (${Buffer.byteLength(id)} bytes)`,
    )
  return id
}

function text(value: unknown, field: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  throw new InvalidInputError(`configurable.${field}`, 'a string', describe(value))
}
