import { CorruptDataError } from '../errors.ts'
import { type Operation, queryFirst } from '../operation.ts'
import { agentText } from '../revisions/agent-text.ts'
import { rebuildFrom } from '../revisions/rebuild-revision.ts'
import { readHead } from './head.ts'
import { trimState } from './pad-state.ts'
import { type JoinedData, joinData, splitData } from './read-chain.ts'

const REVERSES = joinData('reverse_delta', 'WHERE namespace = ? AND agent_id = ? AND version > ? AND version <= ?')

/**
 * The text of a version, made of the newest one, which is of the same chain, by what each version in between changed;
 * undefined when that does not lead there, so that it must be read from its keyframe.
 */
export function* readBackwards(
  namespace: string,
  agentId: string,
  newest: number,
  version: number,
  { checksum, size }: { checksum: number; size: number },
): Operation<Buffer | undefined> {
  const reverses = (yield* queryFirst(REVERSES, [namespace, agentId, version, newest])) as JoinedData
  if (reverses.lengths.includes('null')) return undefined
  const head = yield* readHead(namespace, agentId)
  if (head === undefined) return undefined
  const { name, metadata, stateData } = head
  const text = head.text ?? agentText(name, metadata, trimState(stateData))
  try {
    return rebuildFrom(text, splitData(reverses).reverse(), checksum, size)
  } catch (error) {
    if (error instanceof CorruptDataError) return undefined
    throw error
  }
}
