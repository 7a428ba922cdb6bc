import type { GrownStore } from '../data/grown-store.ts'
import { makeKnownItemQueries, SELECTIONS, type Selection } from '../data/known-item-queries.ts'
import { FREQUENCIES, type Frequency, makeQueries, type Query } from '../data/queries.ts'
import { type Contestant, figure, interleave, quantile, ratio } from '../measure.ts'
import { requireSame } from '../operations/reader.ts'
import { openRaw } from '../subjects/raw.ts'
import type { Operations, Subject } from '../subjects/subject.ts'
import { formatMicros, formatRatio, table } from '../table.ts'
import type { GroupResult, Run } from './group.ts'

const HITS = 20

/** Queries that are looked at together. */
interface Row {
  readonly title: string
  readonly queries: readonly Query[]
}

const FREQUENCY_TITLES: Record<Frequency, string> = {
  names: 'names (half of the queries)',
  rare: 'rare words',
  middling: 'middling words',
  frequent: 'frequent words',
}

const SELECTION_TITLES: Record<Selection, string> = {
  popular: 'known item, by any of its words',
  discriminative: 'known item, by its rarer words',
}

const WITHOUT_NAMES = 'all without the names'
const ALL = 'all queries'
const FULL_PAGES = 'words: a full page at both sizes'

/** The p50 of searches on stores of growing size, by what is asked for, ours and the same statements by hand. */
export async function measureSearchGrowth(
  run: Run,
  stores: readonly GrownStore[],
): Promise<Pick<GroupResult, 'tables' | 'figures' | 'verdicts'>> {
  run.progress.at('growth: search, counting what there is to find')
  const sizes = stores.map(({ size }) => size)
  const rows = makeRows(run.quick ? 9 : 30, sizes)
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
            searchAll(rows, size, p50, 'descartes', ({ query, limit }) => store.searchEvents(query, { limit })),
        },
        { name: `raw ${size}`, round: () => searchAll(rows, size, p50, 'raw', raw) },
      ]
    })
    run.progress.at('growth: search')
    await interleave(contestants, run.quick ? 2 : 7, 0)
    return report(rows, sizes, p50)
  } finally {
    for (const raw of raws) await raw.close()
  }
}

/**
 * The mix by how frequent its words are; those of the mix that give the same number of hits from the two largest stores,
 * so that what is measured is the store's growth and not the page's; and queries that are drawn from the events.
 */
function makeRows(perFrequency: number, sizes: readonly number[]): Row[] {
  const mix = makeQueries(perFrequency, sizes)
  const words = mix.filter(({ frequency }) => frequency !== 'names')
  const shown = (query: Query) => sizes.slice(-2).map((size) => Math.min(HITS, query.hits.get(size) as number))
  const rows: Row[] = [
    ...FREQUENCIES.map((name) => ({
      title: FREQUENCY_TITLES[name],
      queries: mix.filter(({ frequency }) => frequency === name),
    })),
    { title: WITHOUT_NAMES, queries: words },
    { title: ALL, queries: mix },
    { title: FULL_PAGES, queries: words.filter((q) => shown(q).every((n) => n === HITS)) },
    {
      title: 'words: the same few hits at both',
      queries: words.filter((q) => shown(q).every((n, _, [first]) => n < HITS && n === first)),
    },
    ...SELECTIONS.map((selection) => ({
      title: SELECTION_TITLES[selection],
      queries: makeKnownItemQueries(selection, 3 * perFrequency, sizes),
    })),
  ]
  return rows.filter(({ queries }) => queries.length > 0)
}

/** One round: every query once. Keeps the p50 of each row, and returns that of all queries of the mix. */
async function searchAll(
  rows: readonly Row[],
  size: number,
  p50: Map<string, number[]>,
  subject: string,
  search: Operations['searchEvents'],
): Promise<number> {
  const micros = new Map<Query, number>()
  for (const query of new Set(rows.flatMap(({ queries }) => queries)))
    micros.set(query, await searchOnce(query, size, search))
  for (const { title, queries } of rows) {
    const sorted = queries.map((query) => micros.get(query) as number).sort((a, b) => a - b)
    const key = keyOf(subject, size, title)
    p50.set(key, [...(p50.get(key) ?? []), quantile(sorted, 0.5)])
  }
  return p50.get(keyOf(subject, size, ALL))?.at(-1) as number
}

async function searchOnce({ words, hits }: Query, size: number, search: Operations['searchEvents']): Promise<number> {
  const query = words.join(' ')
  const started = performance.now()
  const { items } = await search({ query, limit: HITS })
  const micros = (performance.now() - started) * 1000
  requireSame(items.length, Math.min(HITS, hits.get(size) as number), `hits of "${query}" among ${size}`)
  for (const { event } of items) {
    const content = new Set(event.content.split(' '))
    requireSame(
      words.every((word) => content.has(word)),
      true,
      `an event that holds "${query}"`,
    )
  }
  return micros
}

const keyOf = (subject: string, size: number, title: string) => `${subject}, ${size}, ${title}`

function report(
  rows: readonly Row[],
  sizes: readonly number[],
  p50: Map<string, number[]>,
): Pick<GroupResult, 'tables' | 'figures' | 'verdicts'> {
  const of = (subject: string, size: number, title: string) => p50.get(keyOf(subject, size, title)) as number[]
  const [smaller, larger] = sizes.slice(-2) as [number, number]
  const growthOf = (title: string) => ratio(of('descartes', larger, title), of('descartes', smaller, title))
  const cells = rows.map(({ title, queries }) => [
    title,
    String(queries.length),
    formatRatio(growthOf(title)),
    formatRatio(ratio(of('raw', larger, title), of('raw', smaller, title))),
    formatRatio(ratio(of('descartes', larger, title), of('raw', larger, title))),
    ...sizes.map((size) => formatMicros(figure(of('descartes', size, title)).median)),
    sizes.map((size) => meanHits(queries, size).toFixed(1)).join(' / '),
  ])
  const [small, large] = [smaller.toLocaleString('en'), larger.toLocaleString('en')]
  const head = [
    'p50 of a search for 20 hits',
    'queries',
    `${large} ÷ ${small} events`,
    'the same, raw',
    `÷ raw at ${large}`,
    ...sizes.map((size) => `at ${size.toLocaleString('en')}`),
    'hits a query got',
  ]
  // Judged where the same is asked for and got at both sizes: 20 hits. What else grows is a page that was short, and is
  // full now; all of it stands in the table, and the hardest of it in the note.
  const growth = growthOf(FULL_PAGES)
  return {
    tables: table(
      'How search grows: half of the mix is for a name, the others for one to three words of natural text',
      head,
      cells,
    ),
    figures: Object.fromEntries(p50),
    verdicts: [
      {
        target: 'search over 100,000 events: p50 at most 2x that over 10,000',
        limit: '≤ 2',
        measured: growth,
        holds: larger < 100_000 ? undefined : growth.median <= 2,
        note: [
          `p50 of searches for words of text that fill the page of ${HITS} at both sizes`,
          `for a mix, half of it names: ${formatRatio(growthOf(ALL))}`,
          `for words alone, of which a search finds more as the store grows: ${formatRatio(growthOf(WITHOUT_NAMES))}`,
        ].join('\n  '),
      },
    ],
  }
}

function meanHits(queries: readonly Query[], size: number): number {
  return queries.reduce((sum, { hits }) => sum + Math.min(HITS, hits.get(size) as number), 0) / queries.length
}
