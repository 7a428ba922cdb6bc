import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import { Command } from '../command.ts'
import { type Agent, type Model, pickVersion, type Version } from '../model.ts'
import { type Real, type Row, saw } from '../real.ts'

interface RuleInput {
  /** One agent, or all. */
  agent: number | undefined
  keepLast: number | undefined
  keepEvery: number | undefined
  /** A version from whose moment on all stay. */
  since: number | undefined
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

/** Removes old versions, after a dry run has told which. */
export class Prune extends Command {
  static readonly arbitrary = fc
    .record({
      agent: maybe(fc.nat()),
      keepLast: maybe(fc.integer({ min: 1, max: 8 })),
      keepEvery: maybe(fc.integer({ min: 1, max: 5 })),
      since: fc.option(fc.nat(), { nil: undefined, freq: 3 }),
    })
    .map((rule) => new Prune(rule))

  constructor(readonly rule: RuleInput) {
    super()
  }

  async act(model: Model, real: Real) {
    const { agent, keepLast, keepEvery, since } = this.rule
    const agents = agent === undefined ? [...model.agents.values()] : [model.pick(agent)]
    const olderThan = since === undefined ? undefined : momentOf(model.pick(since), since)
    const goes = (one: Agent, version: number, place: number) =>
      (keepLast ?? keepEvery ?? olderThan) !== undefined &&
      place < one.versions.size - (keepLast ?? 1) &&
      (keepEvery === undefined || version % keepEvery !== 0) &&
      (olderThan === undefined || (one.versions.get(version) as Version).at < olderThan) &&
      !model.isPinned(one.agentId, version) &&
      !model.isForked(one.agentId, version)

    const before = await real.rows()
    const rule = { agentId: agent === undefined ? undefined : agents[0]?.agentId, keepLast, keepEvery, olderThan }
    const plan = await real.store.pruneRevisions({ ...rule, dryRun: true })
    const report = await real.store.pruneRevisions(rule)
    const after = await real.rows()

    const removed = agents.flatMap((one) =>
      [...one.versions.keys()]
        .filter((version, place) => goes(one, version, place))
        .map((version) => ({ one, version })),
    )
    for (const { one, version } of removed) one.versions.delete(version)
    deepStrictEqual([plan.agents, plan.revisions], [agents.length, removed.length])
    deepStrictEqual([report.agents, report.revisions, report.bytes], [plan.agents, plan.revisions, plan.bytes])
    tellOf(before, after)
    return agents.map(({ agentId }) => agentId)
  }
}

function momentOf(agent: Agent, number: number): Date {
  return agent.versions.get(pickVersion(agent, number))?.at ?? new Date(Date.now() + 1000)
}

const keyOf = ({ agentId, version }: Row) => `${agentId} ${version}`

function tellOf(before: readonly Row[], after: readonly Row[]): void {
  const old = new Map(before.map((row) => [keyOf(row), row]))
  for (const row of after) {
    const was = old.get(keyOf(row)) as Row
    if (was.baseVersion === row.baseVersion) continue
    saw(row.kind === 'delta' ? 'rebased: a delta against an older version' : 'rebased: made whole')
    if (was.baseAgentId === null && was.baseVersion !== null && !after.some((one) => one.version === was.baseVersion))
      saw('a base pruned')
  }
  saw('pruned versions', before.length - after.length)
}

/** Deletes an agent. */
export class Delete extends Command {
  static readonly arbitrary = fc.nat().map((agent) => new Delete(agent))

  constructor(readonly agent: number) {
    super()
  }

  async act(model: Model, real: Real) {
    const agent = model.pick(this.agent)
    deepStrictEqual(await real.store.deleteAgent(agent.agentId), !agent.deleted)
    agent.deleted = true
    return [agent.agentId]
  }
}

/** Erases an agent; its forks stay. */
export class Purge extends Command {
  static readonly arbitrary = fc.nat().map((agent) => new Purge(agent))

  constructor(readonly agent: number) {
    super()
  }

  async act(model: Model, real: Real) {
    const { agentId, versions, transitions } = model.pick(this.agent)
    const snapshots = [...model.snapshots.values()].filter((pin) => pin.agentId === agentId).length
    const before = await real.rows()
    const { reclaimedBytes: _, isScrubbed, ...report } = await real.store.purgeAgent(agentId)
    const nothing = { sessions: 0, events: 0, tasksReleased: 0 }
    deepStrictEqual(isScrubbed, true)
    deepStrictEqual(report, { agents: 1, revisions: versions.size, snapshots, transitions, ...nothing })
    model.remove(agentId)
    saw('forks freed by a purge', before.filter(({ baseAgentId }) => baseAgentId === agentId).length)
    return [agentId]
  }
}

/** Closes the store, and opens it again. */
export class Reopen extends Command {
  static readonly arbitrary = fc.constant(0).map(() => new Reopen())

  override check(model: Readonly<Model>): boolean {
    return model.canReopen
  }

  async act(model: Model, real: Real) {
    await real.reopen()
    saw('reopened')
    return [...model.agents.keys()]
  }
}
