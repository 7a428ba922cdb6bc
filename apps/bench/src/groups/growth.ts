import { agentId, agentInput, eventWords } from '../data/content.ts'
import { type GrownStore, growStore, sessionOf } from '../data/grown-store.ts'
import { seededRandom } from '../data/random.ts'
import { figure, interleave, ratio } from '../measure.ts'
import { requireStored } from '../operations/agent-ledger.ts'
import { Reader, requireSame } from '../operations/reader.ts'
import { keepInFlight } from '../subjects/subject.ts'
import { formatMicros, formatRatio, table } from '../table.ts'
import type { GroupResult, Run } from './group.ts'
import { measureSearchGrowth } from './growth-of-search.ts'

const random = seededRandom(7)
const below = (limit: number) => Math.floor(random() * limit)

/** How an operation's cost grows with the number of agents and events. Each returns the microseconds of one operation. */
const OPERATIONS: Record<string, (grown: GrownStore, count: number) => Promise<number>> = {
  'page of 100 agents': async ({ store, cursors }, count) => {
    const pages = Array.from({ length: count / 4 }, () => below(cursors.length))
    const { micros, results } = await timed(pages, 1, (page) => store.listAgents({ limit: 100, cursor: cursors[page] }))
    results.forEach(({ items }, i) => {
      const first = ((pages[i] as number) + 1) * 100
      requireSame(
        [items.length, items[0]?.agentId, items[99]?.agentId],
        [100, agentId(first), agentId(first + 99)],
        'agents listed',
      )
    })
    return micros
  },
  'load, one at a time': async ({ store, versions, size }, count) => {
    const agents = Array.from({ length: count * 4 }, () => below(size))
    const { micros, results } = await timed(agents, 1, (i) => store.loadAgentState(agentId(i)))
    agents.forEach((agent, i) => {
      const step = (versions[agent] as number) - 1
      requireSame(
        [results[i]?.version, results[i]?.state],
        [step + 1, agentInput(agentId(agent), step).state],
        'agent loaded',
      )
    })
    return micros
  },
  'save, 64 in flight, normal': async ({ store, versions, size, path }, count) => {
    const agents = [...new Set(Array.from({ length: count * 4 }, () => below(size)))]
    const inputs = agents.map((agent) => agentInput(agentId(agent), versions[agent] as number))
    const { micros, results } = await timed(inputs, 64, (input) => store.saveAgentState(input))
    const reader = new Reader(path)
    agents.forEach((agent, i) => {
      const version = (versions[agent] as number) + 1
      versions[agent] = version
      requireSame(results[i]?.version, version, 'version returned')
      requireStored(reader, agentInput(agentId(agent), version - 1), version)
    })
    reader.close()
    return micros
  },
  'page of 100 events of a session': async ({ store, size }, count) => {
    const first = Array.from({ length: count / 4 }, () => below(size / 200))
    const { micros, results } = await timed(first, 1, (n) => store.getEvents(sessionOf(n, size)))
    results.forEach(({ items }, i) => {
      const contents = Array.from({ length: 100 }, (_, k) =>
        eventWords((first[i] as number) + (k * size) / 200).join(' '),
      )
      requireSame(
        items.map(({ content }) => content),
        contents,
        'events listed',
      )
    })
    return micros
  },
}

/** Measures the same operations on stores of 1,000, 10,000 and 100,000 agents and events. */
export async function measureGrowth(run: Run): Promise<GroupResult> {
  const sizes = run.quick ? [1_000, 10_000] : [1_000, 10_000, 100_000]
  const stores: GrownStore[] = []
  try {
    for (const size of sizes) {
      run.progress.at(`growth: filling a store with ${size.toLocaleString('en')} agents and events`)
      stores.push(await growStore(run.folder, size))
    }
    const measured: [string, number[][]][] = []
    for (const [name, operation] of Object.entries(OPERATIONS)) {
      run.progress.at(`growth: ${name}`)
      const figures = await interleave(
        stores.map((grown) => ({ name: String(grown.size), round: () => operation(grown, run.quick ? 64 : 256) })),
        run.rounds,
        2,
      )
      measured.push([name, [...figures.values()]])
    }
    const search = await measureSearchGrowth(run, stores)
    const pages = measured[0]?.[1] as number[][]
    const flat = ratio(pages.at(-1) as number[], pages[0] as number[])
    const largest = sizes.at(-1)?.toLocaleString('en')
    return {
      name: 'growth',
      figures: { sizes, operations: Object.fromEntries(measured), search: search.figures },
      tables: `${growthTable(sizes, measured)}\n${search.tables}`,
      verdicts: [
        {
          target: 'a page of 100 agents is flat from 1,000 to 100,000',
          limit: '≤ 1.25',
          measured: flat,
          holds: run.quick ? undefined : flat.median <= 1.25,
          note: `${largest} agents against 1,000`,
        },
        ...search.verdicts,
      ],
    }
  } finally {
    for (const { store } of stores) await store.close()
  }
}

function growthTable(sizes: readonly number[], measured: readonly (readonly [string, number[][]])[]): string {
  const head = [
    '',
    ...sizes.slice(1).map((size) => `${size.toLocaleString('en')} ÷ 1,000`),
    ...sizes.map((size) => `at ${size.toLocaleString('en')}`),
  ]
  const rows = measured.map(([name, [least = [], ...others]]) => [
    name,
    ...others.map((values) => formatRatio(ratio(values, least))),
    ...[least, ...others].map((values) => formatMicros(figure(values).median)),
  ])
  return table('How cost grows with the number of agents and events', head, rows)
}

async function timed<I, R>(
  inputs: readonly I[],
  inFlight: number,
  operation: (input: I) => Promise<R>,
): Promise<{ micros: number; results: R[] }> {
  const started = performance.now()
  const results = await keepInFlight(operation, inputs, inFlight)
  return { micros: ((performance.now() - started) * 1000) / inputs.length, results }
}
