import { CorruptDataError } from '../errors.ts'

/** What a version of an agent is made of. */
export interface AgentContent {
  name: string
  /** JSON; a bare number may come as a number. */
  metadata: string | number | null
  /** JSON text. */
  stateData: string
}

const NEWLINE = 10

/**
 * The text that revisions are made of: the name as JSON, the metadata (nothing when there is none), and the state, each
 * on a line of its own. JSON has no newline but as white space, which metadata loses here.
 */
export function agentText(name: string, metadata: AgentContent['metadata'], stateData: string | Buffer): Buffer {
  const head = `${JSON.stringify(name)}\n${metadata === null ? '' : String(metadata).replaceAll('\n', ' ')}\n`
  return typeof stateData === 'string' ? Buffer.from(head + stateData) : Buffer.concat([Buffer.from(head), stateData])
}

/** The parts of the text of a version. */
export function parseAgentText(text: Buffer): AgentContent {
  const [nameEnd, metadataEnd] = lineEnds(text)
  const metadata = text.toString('utf8', nameEnd + 1, metadataEnd)
  return {
    name: JSON.parse(text.toString('utf8', 0, nameEnd)) as string,
    metadata: metadata === '' ? null : metadata,
    stateData: text.toString('utf8', metadataEnd + 1),
  }
}

function lineEnds(text: Buffer): [name: number, metadata: number] {
  const name = text.indexOf(NEWLINE)
  const metadata = text.indexOf(NEWLINE, name + 1)
  if (name === -1 || metadata === -1)
    throw new CorruptDataError('agent_revisions.data', 'it is not the text of an agent')
  return [name, metadata]
}
