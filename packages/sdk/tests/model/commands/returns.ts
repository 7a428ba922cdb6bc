import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import { loaded } from '../check-briefly.ts'
import { agree, Command } from '../command.ts'
import { type Agent, type Model, newestOf, pickVersion, Refusal, requireExpected, stamp } from '../model.ts'
import type { Real } from '../real.ts'

function versionOf(agent: Agent, version: number) {
  const found = agent.versions.get(version)
  if (found === undefined) throw new Refusal('REVISION_NOT_FOUND')
  return found
}

/** Makes an earlier version the newest one. */
export class Restore extends Command {
  static readonly arbitrary = fc
    .record({ agent: fc.nat(), version: fc.nat(), checked: fc.boolean() })
    .map(({ agent, version, checked }) => new Restore(agent, version, checked))

  constructor(
    readonly agent: number,
    readonly version: number,
    readonly checked: boolean,
  ) {
    super()
  }

  async act(model: Model, real: Real) {
    const agent = model.pick(this.agent)
    const { agentId } = agent
    const version = pickVersion(agent, this.version)
    const expectedVersion = this.checked ? agent.newest : undefined
    const restored = await agree(
      () => {
        requireExpected(model.live(agentId), expectedVersion)
        const { state } = versionOf(agent, version)
        return model.write(agentId, { ...newestOf(agent), state })
      },
      () => real.store.restoreRevision(agentId, version, { expectedVersion }),
    )
    if (restored !== undefined) stamp(...restored)
    return [agentId]
  }
}

/** Loads one version, and the version of its moment. */
export class Look extends Command {
  static readonly arbitrary = fc
    .record({ agent: fc.nat(), version: fc.nat() })
    .map(({ agent, version }) => new Look(agent, version))

  constructor(
    readonly agent: number,
    readonly version: number,
  ) {
    super()
  }

  async act(model: Model, real: Real) {
    const agent = model.pick(this.agent)
    const version = pickVersion(agent, this.version)
    const found = agent.versions.get(version)
    const got = await real.store.loadAgentState(agent.agentId, { version })
    deepStrictEqual(got, found === undefined ? null : loaded(agent, version, found, got?.deletedAt ?? null))
    return []
  }
}

/** Makes a new agent of a version of another. */
export class Fork extends Command {
  static readonly arbitrary = fc
    .record({
      agent: fc.nat(),
      version: fc.option(fc.nat(), { nil: undefined }),
      child: fc.constantFrom('fork', 'Fork', 'another', 'editor'),
    })
    .map(({ agent, version, child }) => new Fork(agent, version, child))

  constructor(
    readonly agent: number,
    readonly version: number | undefined,
    readonly child: string,
  ) {
    super()
  }

  async act(model: Model, real: Real) {
    const parent = model.pick(this.agent)
    const version = this.version === undefined ? undefined : pickVersion(parent, this.version)
    const forked = await agree(
      () => {
        model.live(parent.agentId)
        if (model.agents.has(this.child)) throw new Refusal('AGENT_EXISTS')
        const from = { agentId: parent.agentId, version: version ?? parent.newest }
        const content = versionOf(parent, from.version)
        return model.write(this.child, content, from)
      },
      () => real.store.forkAgent(parent.agentId, { agentId: this.child, version }),
    )
    if (forked !== undefined) stamp(...forked)
    return [parent.agentId, this.child]
  }
}
