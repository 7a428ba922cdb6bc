import type { State } from './states.ts'

/** A version of an agent, as the model remembers it. */
export interface Version {
  name: string
  status: string
  metadata: { [key: string]: unknown } | null
  state: State
  /** When the store said that it was made. */
  at: Date
}

export interface Agent {
  agentId: string
  /** The versions that must be readable, by number. */
  versions: Map<number, Version>
  /** When each version was made, also of those that were pruned. */
  times: Map<number, Date>
  newest: number
  deleted: boolean
  parent: { agentId: string; version: number } | null
  transitions: number
  createdAt: Date
}

export interface Snapshot {
  agentId: string
  version: number
}

/** A time that only the store can tell. */
const UNKNOWN = new Date(Number.NaN)

/** What the store must refuse, by its error's code. */
export class Refusal extends Error {
  constructor(readonly code: string) {
    super(code)
  }
}

/** Everything that the store must know, kept in the plainest way: whole copies in memory. */
export class Model {
  readonly agents = new Map<string, Agent>()
  readonly snapshots = new Map<string, Snapshot>()

  constructor(
    /** A database in memory ends when it is closed. */
    readonly canReopen: boolean,
  ) {}

  /** An agent of those that there are, whichever the number falls on. */
  pick(number: number): Agent {
    const all = [...this.agents.values()]
    return all[number % all.length] as Agent
  }

  live(agentId: string): Agent {
    const agent = this.agents.get(agentId)
    if (agent === undefined) throw new Refusal('AGENT_NOT_FOUND')
    if (agent.deleted) throw new Refusal('AGENT_DELETED')
    return agent
  }

  /** Adds a version, and the agent if there is none. */
  write(agentId: string, version: Omit<Version, 'at'>, parent: Agent['parent'] = null): Agent {
    const agent = this.agents.get(agentId) ?? {
      agentId,
      versions: new Map(),
      times: new Map(),
      newest: 0,
      deleted: false,
      parent,
      transitions: 0,
      createdAt: UNKNOWN,
    }
    this.agents.set(agentId, agent)
    agent.deleted = false
    agent.newest++
    agent.versions.set(agent.newest, { ...version, at: UNKNOWN })
    return agent
  }

  remove(agentId: string): void {
    this.agents.delete(agentId)
    for (const [id, snapshot] of this.snapshots) if (snapshot.agentId === agentId) this.snapshots.delete(id)
  }

  /** Whether an agent that is there was forked from this version. */
  isForked(agentId: string, version: number): boolean {
    return [...this.agents.values()].some(({ parent }) => parent?.agentId === agentId && parent.version === version)
  }

  isPinned(agentId: string, version: number): boolean {
    return [...this.snapshots.values()].some((pin) => pin.agentId === agentId && pin.version === version)
  }
}

/** Takes over from the store when a version was made. */
export function stamp(agent: Agent, { createdAt, updatedAt }: { createdAt: Date; updatedAt: Date }): void {
  newestOf(agent).at = updatedAt
  agent.times.set(agent.newest, updatedAt)
  if (agent.newest === 1) agent.createdAt = createdAt
}

/** The version that an agent was at, at a moment; undefined when it was not there yet, or that version was pruned. */
export function versionAt({ versions, times }: Agent, moment: Date): number | undefined {
  const found = [...versions.keys()].findLast((number) => (times.get(number) as Date) <= moment)
  if (found === undefined || times.get(found)?.getTime() === moment.getTime()) return found
  const next = times.get(found + 1)
  return next === undefined || moment < next ? found : undefined
}

export function newestOf(agent: Agent): Version {
  return agent.versions.get(agent.newest) as Version
}

/** A version number of those that there are, or, where the pick says so, one that there never was. */
export function pickVersion(agent: Agent, number: number): number {
  const versions = [...agent.versions.keys()]
  return versions[number % (versions.length + 1)] ?? agent.newest + 1 + number
}

export function requireExpected(agent: Agent | undefined, expected: number | undefined): void {
  if (expected !== undefined && expected !== (agent?.newest ?? 0)) throw new Refusal('VERSION_CONFLICT')
}

/** What compare-and-set is told: nothing, the right version, or one that somebody else has overwritten. */
export type Expectation = 'none' | 'right' | 'stale'

export function expectedVersion(agent: Agent | undefined, expectation: Expectation): number | undefined {
  const newest = agent?.newest ?? 0
  return { none: undefined, right: newest, stale: newest === 0 ? 1 : newest - 1 }[expectation]
}
