import type { GrownStore } from '../data/grown-store.ts'
import { FREQUENCIES, makeQueries, type Query } from '../data/queries.ts'
import { type Contestant, figure, interleave, quantile, ratio } from '../measure.ts'
import { requireSame } from '../operations/reader.ts'
import { openRaw } from '../subjects/raw.ts'
import type { Operations, Subject } from '../subjects/subject.ts'
import { formatMicros, formatRatio, table } from '../table.ts'
import type { GroupResult, Run } from './group.ts'

const HITS = 20
const CLASSES = [...FREQUENCIES, 'no names', 'all'] as const
type Class = (typeof CLASSES)[number]

const TITLES: Record<Class, string> = {
  names: 'names (half of the queries)',
  rare: 'rare words',
  middling: 'middling words',
  frequent: 'frequent words',
  'no names': 'all without the names',
  all: 'all queries',
}

/** The p50 of searches on stores of growing size, by how frequent the words are, ours and the same statement by hand. */
export async function measureSearchGrowth(
  run: Run,
  stores: readonly GrownStore[],
): Promise<Pick<GroupResult, 'tables' | 'figures' | 'verdicts'>> {
  run.progress.at('growth: search, counting what there is to find')
  const sizes = stores.map(({ size }) => size)
  const queries = makeQueries(run.quick ? 9 : 30, sizes)
  const raws: Subject[] = []
  try {
    for (const { path } of stores) raws.push(await openRaw(path, 'normal'))
    const p50 = new Map<string, number[]>()
    const contestants = stores.flatMap(({ store, size }, i): Contestant[] => {
      const raw = raws[i]?.operations.searchEvents as Operations['searchEvents']
      return [
        {
          name: `descartes ${size}`,
          round: () =>
            searchAll(queries, size, p50, 'descartes', ({ query, limit }) => store.searchEvents(query, { limit })),
        },
        { name: `raw ${size}`, round: () => searchAll(queries, size, p50, 'raw', raw) },
      ]
    })
    run.progress.at('growth: search')
    await interleave(contestants, run.quick ? 2 : 7, 0)
    return report(sizes, p50)
  } finally {
    for (const raw of raws) await raw.close()
  }
}

/** One round: every query once. Keeps the p50 of each class, and returns that of all. */
async function searchAll(
  queries: readonly Query[],
  size: number,
  p50: Map<string, number[]>,
  subject: string,
  search: Operations['searchEvents'],
): Promise<number> {
  const times: { of: Class; micros: number }[] = []
  for (const { frequency, words, hits } of queries) {
    const query = words.join(' ')
    const started = performance.now()
    const { items } = await search({ query, limit: HITS })
    times.push({ of: frequency, micros: (performance.now() - started) * 1000 })
    requireSame(items.length, Math.min(HITS, hits.get(size) as number), `hits of "${query}" among ${size}`)
    for (const { event } of items) {
      const content = new Set(event.content.split(' '))
      requireSame(
        words.every((word) => content.has(word)),
        true,
        `an event that holds "${query}"`,
      )
    }
  }
  for (const name of CLASSES) {
    const sorted = times
      .filter(({ of }) => isIn(name, of))
      .map(({ micros }) => micros)
      .sort((a, b) => a - b)
    const key = keyOf(subject, size, name)
    p50.set(key, [...(p50.get(key) ?? []), quantile(sorted, 0.5)])
  }
  return p50.get(keyOf(subject, size, 'all'))?.at(-1) as number
}

/** `no names` are the rare, middling and frequent words together, which all become more frequent as the store grows. */
function isIn(name: Class, frequency: Class): boolean {
  return name === 'all' || name === frequency || (name === 'no names' && frequency !== 'names')
}

const keyOf = (subject: string, size: number, name: Class) => `${subject}, ${size}, ${name}`

function report(
  sizes: readonly number[],
  p50: Map<string, number[]>,
): Pick<GroupResult, 'tables' | 'figures' | 'verdicts'> {
  const of = (subject: string, size: number, name: Class) => p50.get(keyOf(subject, size, name)) as number[]
  const [smaller, larger] = sizes.slice(-2) as [number, number]
  const growthOf = (name: Class) => ratio(of('descartes', larger, name), of('descartes', smaller, name))
  const rows = CLASSES.map((name) => [
    TITLES[name],
    formatRatio(growthOf(name)),
    formatRatio(ratio(of('raw', larger, name), of('raw', smaller, name))),
    formatRatio(ratio(of('descartes', larger, name), of('raw', larger, name))),
    ...sizes.map((size) => formatMicros(figure(of('descartes', size, name)).median)),
  ])
  const [small, large] = [smaller.toLocaleString('en'), larger.toLocaleString('en')]
  const head = [
    'p50 of a search for 20 hits',
    `${large} ÷ ${small} events`,
    'the same, raw',
    `÷ raw at ${large}`,
    ...sizes.map((size) => `at ${size.toLocaleString('en')}`),
  ]
  // Judged on words of text, whose matches grow with the events: a name is in 12 of them at any size.
  const growth = growthOf('no names')
  return {
    tables: table(
      'How search grows: half of the queries for a name, the others for one to three words of natural text',
      head,
      rows,
    ),
    figures: Object.fromEntries(p50),
    verdicts: [
      {
        target: 'search over 100,000 events: p50 at most 2x that over 10,000',
        limit: '≤ 2',
        measured: growth,
        holds: larger < 100_000 ? undefined : growth.median <= 2,
        note: `p50 over words of text, ${large} events against ${small}\n  with half of the queries for a name: ${formatRatio(growthOf('all'))}`,
      },
    ],
  }
}
