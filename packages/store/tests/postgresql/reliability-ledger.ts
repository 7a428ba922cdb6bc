import { expect } from 'vitest'
import type { Engine, Executor } from '../../src/engine.ts'
import { CommitUnknownError } from '../../src/errors.ts'
import { loadAgent, loadRevision, saveAgent, saveEvents } from '../../src/operations.ts'
import { agent, event } from '../samples.ts'

/** A version that its writer was told is stored. */
export interface Acknowledged {
  agentId: string
  version: number
  stateData: string
}

const AGENTS = ['one', 'two', 'three', 'four']

/**
 * Writers at work on an engine, each on an agent of its own: a save with its events, in one transaction or by two calls.
 * Whatever else goes wrong than that the answer to a COMMIT is lost, ends them all.
 */
export class Load {
  readonly acknowledged: Acknowledged[] = []
  /** Writes of which nobody knows. */
  unknown = 0
  readonly #engine: Engine
  readonly #writers: Promise<void>[]
  #isOver = false
  #failure: { error: unknown } | undefined
  #heard: (() => void)[] = []

  constructor(engine: Engine) {
    this.#engine = engine
    this.#writers = AGENTS.map((agentId, i) =>
      this.#write(agentId, i % 2 === 0).catch((error: unknown) => {
        this.#failure ??= { error }
        this.#isOver = true
        this.#tell()
      }),
    )
  }

  /** Waits until so many more writes are acknowledged. */
  async goesOn(writes: number): Promise<void> {
    const enough = this.acknowledged.length + writes
    while (this.acknowledged.length < enough && this.#failure === undefined)
      await new Promise<void>((resolve) => this.#heard.push(resolve))
    this.#rethrow()
  }

  async ends(): Promise<void> {
    this.#isOver = true
    await Promise.all(this.#writers)
    this.#rethrow()
  }

  async #write(agentId: string, together: boolean): Promise<void> {
    for (let n = 1; !this.#isOver; n++) {
      const stateData = JSON.stringify({ n, agentId })
      try {
        const version = together
          ? await this.#engine.transact((transaction) => save(transaction, agentId, n, stateData))
          : await save(this.#engine, agentId, n, stateData)
        this.acknowledged.push({ agentId, version, stateData })
        this.#tell()
      } catch (error) {
        if (!(error instanceof CommitUnknownError)) throw error
        this.unknown++
      }
    }
  }

  #tell(): void {
    for (const resolve of this.#heard.splice(0)) resolve()
  }

  #rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }
}

async function save(executor: Executor, agentId: string, n: number, stateData: string): Promise<number> {
  const saving = executor.write(() => saveAgent('default', agent(agentId, { stateData })))
  const id = `${agentId}/${n}`
  const events = [1, 2].map((i) => event(`${id}/${i}`, { sessionId: id, mayExist: true }))
  const [row] = await Promise.all([saving, executor.write(() => saveEvents('default', events))])
  return row.version
}

/** What a database lacks of what its writers were told, and what it holds by half. */
export async function findLosses(engine: Engine, acknowledged: readonly Acknowledged[]): Promise<string[]> {
  const losses: string[] = []
  for (const { agentId, version, stateData } of acknowledged) {
    const found = await engine.read(() => loadRevision('default', agentId, version)).catch(() => undefined)
    if (found?.stateData !== stateData) losses.push(`version ${version} of ${agentId}`)
    const sessionId = `${agentId}/${JSON.parse(stateData).n}`
    if ((await engine.prisma.event.count({ where: { sessionId } })) !== 2) losses.push(`events of ${sessionId}`)
  }
  return [...losses, ...(await halves(engine))]
}

const HALVES = {
  'a head without its revision, or of another one': `SELECT agent_id AS id FROM agent_states a
    WHERE recorded_version IS DISTINCT FROM version OR version <> (SELECT max(version) FROM agent_revisions r WHERE r.agent_id = a.agent_id)`,
  'versions that are not all there': `SELECT agent_id AS id FROM agent_revisions GROUP BY agent_id HAVING count(*) <> max(version)`,
  'events of one call, saved in part': `SELECT session_id AS id FROM events GROUP BY session_id HAVING count(*) <> 2`,
  'numbers given twice': `SELECT seq::text AS id FROM events GROUP BY seq HAVING count(*) > 1`,
}

async function halves(engine: Engine): Promise<string[]> {
  const found: string[] = []
  for (const [what, sql] of Object.entries(HALVES)) {
    const rows = await engine.prisma.$queryRawUnsafe<{ id: string }[]>(sql)
    found.push(...rows.map(({ id }) => `${what}: ${id}`))
  }
  for (const agentId of AGENTS) {
    const head = await engine.read(() => loadAgent('default', agentId))
    if (head === undefined) continue
    const newest = await engine.read(() => loadRevision('default', agentId, head.version))
    if (newest?.stateData !== head.stateData) found.push(`a head that is not its newest revision: ${agentId}`)
  }
  return found
}

/** Shows that a checker sees: a loss that is not there is found. */
export async function expectToFindLosses(engine: Engine, { acknowledged }: Load): Promise<void> {
  const last = acknowledged.at(-1) as Acknowledged
  expect(await findLosses(engine, [{ ...last, version: last.version + 1_000_000 }])).not.toEqual([])
  expect(await findLosses(engine, [{ ...last, stateData: '{"n":-1}' }])).not.toEqual([])
}
