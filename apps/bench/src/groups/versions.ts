import fs from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { openStateStore, type StateStore } from '@descartes/sdk'
import { seededRandom } from '../data/random.ts'
import { type AgedAgent, agedAgents, requireVersion, saveVersions } from '../histories/aged-agent.ts'
import { type Figure, figure, quantile } from '../measure.ts'
import { formatMicros, formatRatio, table } from '../table.ts'
import type { GroupResult, Run, Verdict } from './group.ts'
import { measureUses } from './uses-of-versions.ts'

/** What loads took, in microseconds. */
interface Loads {
  /** Every load of the newest version, one list for each round. */
  newest: number[][]
  /** Every load of a version: by version, then by round. */
  byVersion: number[][]
}

/** Loads of each of 1,000 versions in any order, and what else there is to do with them. */
export async function measureVersions(run: Run): Promise<GroupResult> {
  const versions = run.quick ? 100 : 1000
  const folder = await fs.mkdtemp(path.join(run.folder, 'versions-'))
  const file = path.join(folder, 'versions.db')
  const store = await openStateStore({ url: pathToFileURL(file).href, durability: 'normal' })
  const measured: [AgedAgent, Loads][] = []
  try {
    for (const agent of agedAgents(versions)) {
      run.progress.at(`versions: saving ${agent.title}`)
      await saveVersions(store, agent)
      measured.push([agent, await measureLoads(run, store, agent)])
    }
    const uses = await measureUses(run, store, file)
    return {
      name: 'versions',
      figures: { loads: Object.fromEntries(measured.map(([{ title }, loads]) => [title, loads])), ...uses.figures },
      tables: `${loadsTable(versions, measured)}\n${uses.tables}`,
      verdicts: measured.map(([{ title }, loads]): Verdict => {
        const measured = slowestAgainstNewest(loads)
        return {
          target: `any of 1,000 versions of ${title}: the 99th of 100 loads in at most 3x the time of the newest`,
          limit: '≤ 3',
          measured,
          holds: run.quick ? undefined : measured.median <= 3,
          note: `of all loads, whatever came between: p99 ÷ p99 ${formatRatio(allAgainstNewest(loads))}`,
        }
      }),
    }
  } finally {
    await store.close()
    await fs.rm(folder, { recursive: true })
  }
}

async function measureLoads(run: Run, store: StateStore, agent: AgedAgent): Promise<Loads> {
  const { agentId, versions } = agent
  const loads: Loads = { newest: [], byVersion: Array.from({ length: versions }, () => []) }
  const rounds = run.quick ? 2 : 9
  for (let round = -1; round < rounds; round++) {
    run.progress.at(`versions: loading ${agent.title}, round ${round + 1} of ${rounds}`)
    const newest: number[] = []
    // Every version once, and the newest, as it is loaded without its number, as often in between.
    for (const version of shuffled(versions, round)) {
      newest.push(await timedLoad(agent, versions, () => store.loadAgentState(agentId)))
      const micros = await timedLoad(agent, version, () => store.loadAgentState(agentId, { version }))
      if (round >= 0) loads.byVersion[version - 1]?.push(micros)
    }
    if (round >= 0) loads.newest.push(newest)
  }
  return loads
}

async function timedLoad(
  agent: AgedAgent,
  version: number,
  load: () => ReturnType<StateStore['loadAgentState']>,
): Promise<number> {
  const started = performance.now()
  const loaded = await load()
  const micros = (performance.now() - started) * 1000
  requireVersion(agent, version, loaded)
  return micros
}

function shuffled(versions: number, seed: number): number[] {
  const random = seededRandom(seed)
  const order = Array.from({ length: versions }, (_, i) => i + 1)
  for (let i = versions - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[order[i], order[j]] = [order[j] as number, order[i] as number]
  }
  return order
}

const quantileOf = (values: readonly number[], q: number) =>
  quantile(
    values.toSorted((a, b) => a - b),
    q,
  )

/** p99 over the versions, each by the median of its loads, as a ratio to each round's median of loads of the newest. */
function slowestAgainstNewest({ newest, byVersion }: Loads): Figure {
  const slowest = quantileOf(
    byVersion.map((loads) => quantileOf(loads, 0.5)),
    0.99,
  )
  return figure(newest.map((loads) => slowest / quantileOf(loads, 0.5)))
}

/** p99 over all loads of a round, as a ratio to that of the newest in the same round. */
function allAgainstNewest({ newest, byVersion }: Loads): Figure {
  return figure(
    newest.map((loads, round) => {
      const ofVersions = byVersion.map((rounds) => rounds[round] as number)
      return quantileOf(ofVersions, 0.99) / quantileOf(loads, 0.99)
    }),
  )
}

function loadsTable(versions: number, measured: readonly (readonly [AgedAgent, Loads])[]): string {
  const micros = (values: readonly number[], q: number) => formatMicros(quantileOf(values, q))
  const rows = measured.map(([{ title }, loads]) => {
    const [medians, all] = [loads.byVersion.map((values) => quantileOf(values, 0.5)), loads.byVersion.flat()]
    const newest = loads.newest.flat()
    return [
      title,
      formatRatio(slowestAgainstNewest(loads)),
      formatRatio(allAgainstNewest(loads)),
      micros(medians, 0.5),
      micros(medians, 0.99),
      micros(all, 0.99),
      micros(newest, 0.5),
      micros(newest, 0.99),
    ]
  })
  return table(
    `Loads of each of ${versions.toLocaleString('en')} versions, in any order, between loads of the newest
(a version counts with the median of its loads; “all” is every load, with what else the machine did)`,
    ['', 'p99 ÷ newest', 'all, p99 ÷ p99', 'p50', 'p99', 'all, p99', 'newest, p50', 'newest, p99'],
    rows,
  )
}
