import type { describeMachine } from '../machine.ts'
import type { Durability } from '../subjects/subject.ts'
import type { CellResult } from './cell.ts'
import { CONTESTANTS, type Engine } from './contestants.ts'
import type { ContestantId } from './entrant.ts'
import type { HistoryResult } from './history.ts'
import type { RaceName } from './operations.ts'

/** What contestants did with so many calls in flight. */
export interface Cell extends CellResult {
  engine: Engine
  race: RaceName
  durability: Durability
  inFlight: number
}

export interface HistoryReport {
  engine: Engine
  turns: number
  rounds: number
  /** Bytes of the last state as JSON. */
  stateBytes: number
  results: Partial<Record<ContestantId, HistoryResult>>
}

/** All that tables, plots and the page are made of. */
export interface RaceReport {
  command: string
  startedAt: string
  seconds: number
  machine: ReturnType<typeof describeMachine>
  /** The server's version; undefined when nothing ran on it. */
  postgresql?: string
  /** Who could not take part at all, and why. */
  absent: Record<string, string>
  cells: Cell[]
  histories: HistoryReport[]
}

export const ENGINES: Record<Engine, string> = { sqlite: 'SQLite', postgresql: 'PostgreSQL' }

/** The same work for all, in one sentence each. */
export const WORK: Record<RaceName, string> = {
  load: 'load: an agent of 1 KB by its key, to a JavaScript value',
  list: 'list: a page of 100 agents by key, without their states',
  search: 'search: 20 of the events that hold one to three words, among 10,000',
  append: 'append: one event to one of 16 streams',
  'save over': 'save over: an agent of 1 KB, which is there already',
  'save new': 'save new: an agent of 1 KB',
}

/** Cells that belong in one plot and one table. */
export interface Chart {
  /** The name of its file. */
  slug: string
  engine: Engine
  race: RaceName
  title: string
  cells: Cell[]
}

export function chartsOf({ cells }: RaceReport): Chart[] {
  const charts = new Map<string, Chart>()
  for (const cell of cells) {
    const { engine, race, durability } = cell
    const slug = [engine, race.replace(' ', '-'), ...(durability === 'normal' ? ['normal'] : [])].join('-')
    const settings = engine === 'postgresql' ? 'synchronous_commit = on' : `synchronous = ${durability.toUpperCase()}`
    const title = `${ENGINES[engine]}, ${race} (${settings})`
    const chart = charts.get(slug) ?? { slug, engine, race, title, cells: [] }
    chart.cells.push(cell)
    charts.set(slug, chart)
  }
  return [...charts.values()]
}

const IDS = Object.keys(CONTESTANTS) as ContestantId[]

/** Who is in these cells, in the order of legends. */
export function namesIn(cells: readonly CellResult[]): ContestantId[] {
  return IDS.filter((id) => cells.some(({ micros, missing }) => micros[id] ?? missing[id]))
}

export function namesOf({ results }: HistoryReport): ContestantId[] {
  return IDS.filter((id) => results[id])
}

export function titleOf(id: ContestantId, engine: Engine): string {
  return CONTESTANTS[id].title[engine] ?? id
}

/** `Prisma: 512 in flight: why`, for each that is not measured. */
export function remarksOn({ engine, cells }: Chart): string[] {
  return cells.flatMap(({ inFlight, missing }) =>
    Object.entries(missing).map(([id, why]) => `${titleOf(id as ContestantId, engine)}, ${inFlight} in flight: ${why}`),
  )
}
