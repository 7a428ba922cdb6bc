import { agentId } from '../data/content.ts'
import { SEED, SEEDED_VERSION } from '../data/template.ts'
import type { SaveInput } from '../subjects/subject.ts'
import { DataCheckError, type Reader, requireSame } from './reader.ts'

/** Which version every seeded agent must be at; agents take turns, so that no two saves of one are in flight together. */
export class AgentLedger {
  readonly #versions: number[]
  #next = 0

  constructor(among: number = SEED.agents, version = SEEDED_VERSION) {
    this.#versions = new Array<number>(among).fill(version)
  }

  /** The agents whose turn it is, with the versions they are at then; they go one up. */
  take(count: number): { id: string; index: number; version: number }[] {
    return Array.from({ length: count }, () => {
      const index = this.#next++ % this.#versions.length
      const version = this.#versions[index] as number
      this.#versions[index] = version + 1
      return { id: agentId(index), index, version }
    })
  }

  /** Every save returned the version after the one it met, and the last save of each agent is what is stored. */
  verify(reader: Reader, inputs: readonly SaveInput[], results: readonly { version: number }[]): void {
    const last = new Map(inputs.map((input, i) => [input.agentId, { input, result: results[i] }]))
    const step = ({ state }: SaveInput) => (state as { step: number }).step
    inputs.forEach((input, i) => {
      requireSame(results[i]?.version, step(input) + 1, 'version returned')
    })
    for (const { input } of last.values()) requireStored(reader, input, step(input) + 1)
  }
}

/** The agent is stored as it was saved. */
export function requireStored(reader: Reader, input: SaveInput, version: number): void {
  const row = reader.row<{ name: string; status: string; metadata: string; version: number; state_data: string }>(
    `SELECT name, status, metadata, version, state_data FROM agent_states WHERE namespace = 'default' AND agent_id = ? AND deleted_at IS NULL`,
    input.agentId,
  )
  if (row === undefined) throw new DataCheckError(`${input.agentId} is not stored`)
  const stored = {
    ...row,
    metadata: JSON.parse(row.metadata) as unknown,
    state_data: JSON.parse(row.state_data) as unknown,
  }
  requireSame(
    stored,
    { name: input.name, status: input.status, metadata: input.metadata, version, state_data: input.state },
    input.agentId,
  )
}
