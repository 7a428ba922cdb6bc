import type { StateStore } from '@descartes/sdk'
import { allPages } from '../pages.ts'
import { searchWords } from '../sections.ts'
import { count, fit, oneLine, type Style } from '../style.ts'
import type { SectionFacts, WorkerState } from '../worker-state.ts'
import { heading } from './heading.ts'

const SHOWN = 3

const MATCH = /(\[[^[\]]+\])/

/** The best hits of a full-text search over all that was read. */
export async function showSearch(style: Style, store: StateStore<WorkerState>, query: string): Promise<void> {
  const started = performance.now()
  const hits = await allPages((page) => store.searchEvents(query, page))
  const took = (performance.now() - started).toFixed(1)
  heading(style, `Search: ${query}`, `${count(hits.length, 'section')} in ${took} ms, best first`)
  for (const { event, score, snippet } of hits.slice(0, SHOWN)) {
    const { path, section, heading } = event.metadata as SectionFacts
    const place = fit(oneLine(`${path} #${section}  ${heading}`), style.columns - 11)
    console.log(`  ${style.dim(score.toFixed(2).padStart(6))}  ${place}`)
    console.log(`          ${mark(style, aroundMatch(oneLine(snippet), style.columns - 11), query)}`)
  }
}

/** As much of a snippet as fits in a line, with its first match in it. */
function aroundMatch(snippet: string, width: number): string {
  const match = snippet.search(MATCH)
  const start = match < width / 2 ? 0 : match - Math.floor(width / 3)
  return fit(start === 0 ? snippet : `…${snippet.slice(start)}`, width)
}

/** Makes the matches bold. The text may hold square brackets of its own. */
function mark({ bold, dim }: Style, snippet: string, query: string): string {
  const words = searchWords(query)
  return snippet
    .split(MATCH)
    .map((piece) => (words.has(piece.slice(1, -1).toLowerCase()) ? bold(piece) : dim(piece)))
    .join('')
}
