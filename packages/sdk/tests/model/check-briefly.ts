import { deepStrictEqual } from 'node:assert'
import { type Agent, type Model, newestOf, type Version } from './model.ts'
import type { Real, Row } from './real.ts'

/** What an agent must load as, at a version. */
export function loaded(agent: Agent, version: number, { at, ...value }: Version, deletedAt: Date | null) {
  const { agentId, parent, createdAt } = agent
  return { agentId, ...value, version, createdAt, updatedAt: at, deletedAt, parent }
}

/** The newest version and the numbers of all versions of these agents; and that no delta hangs in the air. */
export async function checkBriefly(model: Model, real: Real, agentIds: readonly string[]): Promise<void> {
  for (const agentId of new Set(agentIds)) {
    const agent = model.agents.get(agentId)
    const expected = agent === undefined || agent.deleted ? null : loaded(agent, agent.newest, newestOf(agent), null)
    deepStrictEqual(await real.store.loadAgentState(agentId), expected)
  }
  const rows = await real.rows()
  deepStrictEqual(hanging(rows), [])
  deepStrictEqual(numbersOf(rows), numbersOfModel(model))
}

/** Rows whose base is not there, and whole rows that name one. */
function hanging(rows: readonly Row[]): Row[] {
  const there = new Set(rows.map(({ agentId, version }) => `${agentId} ${version}`))
  return rows.filter(({ kind, agentId, baseAgentId, baseVersion }) =>
    kind === 'delta' ? !there.has(`${baseAgentId ?? agentId} ${baseVersion}`) : baseVersion !== null,
  )
}

function numbersOf(rows: readonly Row[]): Record<string, number[]> {
  const numbers: Record<string, number[]> = {}
  for (const { agentId, version } of rows) {
    numbers[agentId] ??= []
    numbers[agentId].push(version)
  }
  return numbers
}

function numbersOfModel({ agents }: Model): Record<string, number[]> {
  return Object.fromEntries([...agents].map(([agentId, { versions }]) => [agentId, [...versions.keys()]]))
}
