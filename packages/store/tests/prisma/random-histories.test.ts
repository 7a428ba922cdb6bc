import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as operations from '../../src/operations.ts'
import type { SqliteEngine } from '../../src/sqlite/sqlite-engine.ts'
import { agent } from '../samples.ts'
import { openTemporary } from '../temporary-folder.ts'

const AGENTS = ['a', 'b', 'c']
const FILLING = 'so that it is worth a delta '.repeat(10)
const EVER = Number.MAX_SAFE_INTEGER

interface Command {
  readonly name: keyof typeof COMMANDS
  readonly agentId: string
  readonly other: string
  readonly n: number
}

/** What is known of the agents: the state of each, of each of their versions, and of each snapshot. */
class Model {
  readonly heads = new Map<string, string>()
  readonly versions = new Map<string, string>()
  readonly snapshots = new Map<string, { agentId: string; state: string }>()
  count = 0

  nextState(n: number): string {
    return JSON.stringify([++this.count, FILLING.slice(n * 20), FILLING.slice(0, n * 10)])
  }

  /** A version that the store has given out is this state from now on. */
  made(agentId: string, version: number, state: string): void {
    const key = `${agentId} ${version}`
    expect(this.versions.get(key) ?? state, key).toBe(state)
    this.versions.set(key, state)
  }
}

type Run = (engine: SqliteEngine, namespace: string, model: Model, command: Command) => Promise<void>
const key = (namespace: string, agentId: string) => ({ namespace_agentId: { namespace, agentId } })

/** Only for an agent that is there. */
const withHead =
  (run: (...args: [...Parameters<Run>, string]) => Promise<void>): Run =>
  async (engine, namespace, model, command) => {
    const state = model.heads.get(command.agentId)
    if (state !== undefined) await run(engine, namespace, model, command, state)
  }

const prismaChange = (data: (n: number) => object) =>
  withHead(async ({ prisma }, namespace, _, { agentId, n }) => {
    await prisma.agentState.update({ where: key(namespace, agentId), data: data(n) })
  })

const COMMANDS = {
  save: async (engine, namespace, model, { agentId, n }) => {
    const stateData = model.nextState(n)
    const { version } = await engine.write(() => operations.saveAgent(namespace, agent(agentId, { stateData })))
    model.made(agentId, version, stateData)
    model.heads.set(agentId, stateData)
  },
  status: withHead(async (engine, namespace, model, { agentId, n }, state) => {
    const input = {
      agentId,
      status: `${n}`,
      reason: null,
      expectedVersion: undefined,
      transitionId: `${++model.count}`,
    }
    const { version } = await engine.write(() => operations.updateAgentStatus(namespace, input))
    model.made(agentId, version, state)
  }),
  restore: withHead(async (engine, namespace, model, { agentId, n }) => {
    const held = await engine.read(() => operations.listRevisions(namespace, { agentId, before: EVER, limit: 100 }))
    if (held.length === 0) return
    const old = (held[n % held.length] as { version: number }).version
    const input = { agentId, version: old, expectedVersion: undefined, schemaVersion: 1 }
    const { version, stateData } = await engine.write(() => operations.restoreRevision(namespace, input))
    expect(stateData).toBe(model.versions.get(`${agentId} ${old}`))
    model.made(agentId, version, stateData)
    model.heads.set(agentId, stateData)
  }),
  snapshot: withHead(async (engine, namespace, model, { agentId }, state) => {
    const input = { id: `${++model.count}`, agentId, description: null, expiresAt: null }
    const { id, agentVersion } = await engine.write(() => operations.createSnapshot(namespace, input))
    model.made(agentId, agentVersion, state)
    model.snapshots.set(id, { agentId, state })
  }),
  restoreSnapshot: async (engine, namespace, model, { n }) => {
    const [snapshotId, pinned] = [...model.snapshots][n % Math.max(1, model.snapshots.size)] ?? []
    if (snapshotId === undefined || pinned === undefined || !model.heads.has(pinned.agentId)) return
    const input = { snapshotId, schemaVersion: 1 }
    const { version, stateData } = await engine.write(() => operations.restoreSnapshot(namespace, input))
    expect(stateData).toBe(pinned.state)
    model.made(pinned.agentId, version, stateData)
    model.heads.set(pinned.agentId, stateData)
  },
  fork: withHead(async (engine, namespace, model, { agentId, other }, state) => {
    if (model.heads.has(other)) return
    const input = { parentAgentId: agentId, version: undefined, agentId: other, schemaVersion: 1 }
    const fork = await engine.write(() => operations.forkAgent(namespace, input))
    expect(fork.stateData).toBe(state)
    model.made(agentId, fork.parentVersion as number, state)
    model.made(other, fork.version, state)
    model.heads.set(other, state)
  }),
  prune: withHead(async (engine, namespace, _, { agentId, n }) => {
    const rule = { keepLast: 1 + (n % 3), olderThan: undefined, keepEvery: n % 2 ? 3 : undefined }
    while ((await engine.write(() => operations.pruneRevisions(namespace, agentId, rule))).revisions > 0);
  }),
  prismaState: withHead(async ({ prisma }, namespace, model, { agentId, n }) => {
    const stateData = model.nextState(n)
    await prisma.agentState.update({ where: key(namespace, agentId), data: { stateData } })
    model.heads.set(agentId, stateData)
  }),
  prismaName: prismaChange((n) => ({ name: `${n}`, metadata: { n } })),
  prismaVersion: prismaChange((n) => ({ version: n })),
  prismaIncrement: prismaChange(() => ({ version: { increment: 1 } })),
  prismaCreate: async ({ prisma }, namespace, model, { agentId, n }) => {
    if (model.heads.has(agentId)) return
    const stateData = model.nextState(n)
    await prisma.agentState.create({ data: { namespace, agentId, name: 'P', status: 's', stateData, version: n } })
    model.heads.set(agentId, stateData)
  },
  prismaDelete: withHead(async ({ prisma }, namespace, model, { agentId }) => {
    await prisma.agentState.delete({ where: key(namespace, agentId) })
    model.heads.delete(agentId)
  }),
  prismaWriteBack: withHead(async ({ prisma }, namespace, model, { agentId, n }, state) => {
    const { metadata: _, ...row } = await prisma.agentState.findUniqueOrThrow({ where: key(namespace, agentId) })
    const stateData = n % 2 ? state : model.nextState(n)
    await prisma.agentState.delete({ where: key(namespace, agentId) })
    await prisma.agentState.create({ data: { ...row, stateData } })
    model.heads.set(agentId, stateData)
  }),
} satisfies Record<string, Run>

/** Expects every head, and every version that the history holds, to be what the model knows of it. */
async function expectKnown(engine: SqliteEngine, namespace: string, model: Model): Promise<number> {
  let seen = 0
  for (const agentId of AGENTS) {
    const head = await engine.read(() => operations.loadAgent(namespace, agentId))
    expect(head?.stateData).toBe(model.heads.get(agentId))
    const held = await engine.read(() => operations.listRevisions(namespace, { agentId, before: EVER, limit: 100 }))
    for (const { version } of head === undefined ? [] : held) {
      const row = await engine.read(() => operations.loadRevision(namespace, agentId, version))
      expect(row?.stateData, `${agentId} ${version}`).toBe(model.versions.get(`${agentId} ${version}`))
      seen++
    }
  }
  return seen
}

const command: fc.Arbitrary<Command> = fc.record({
  name: fc.constantFrom(...(Object.keys(COMMANDS) as (keyof typeof COMMANDS)[])),
  agentId: fc.constantFrom(...AGENTS),
  other: fc.constantFrom(...AGENTS),
  n: fc.integer({ min: 1, max: 12 }),
})

function checkDoors(engine: SqliteEngine, seed: number, numRuns: number) {
  let [runs, seen] = [0, 0]
  const property = fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 30 }), async (commands) => {
    const [namespace, model] = [`n${++runs}`, new Model()]
    for (const one of commands) await (COMMANDS[one.name] as Run)(engine, namespace, model, one)
    seen += await expectKnown(engine, namespace, model)
  })
  return { check: fc.check(property, { numRuns, seed }), seenEach: () => seen / runs }
}

it('whatever the store and Prisma do to agents in turn, every version stays what it was', async () => {
  const seed = Date.now() % 2 ** 31
  console.info(`histories by two doors: seed ${seed}`)
  const { check, seenEach } = checkDoors(await openTemporary({ url: ':memory:' }), seed, 200)
  expect(fc.defaultReportMessage(await check)).toBeUndefined()
  expect(seenEach()).toBeGreaterThan(1)
})

it.each(['agent_states_unrecorded', 'agent_states_inserted_unrecorded'])(
  'control: without the trigger %s, one does not',
  async (trigger) => {
    const engine = await openTemporary({ url: ':memory:' })
    await engine.prisma.$executeRawUnsafe(`DROP TRIGGER ${trigger}`)
    expect((await checkDoors(engine, 1, 1000).check).failed).toBe(true)
  },
)
