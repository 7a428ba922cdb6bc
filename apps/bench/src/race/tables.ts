import type { Figure } from '../measure.ts'
import { formatMicros } from '../table.ts'
import { CONTESTANTS, type Engine } from './contestants.ts'
import type { ContestantId } from './entrant.ts'
import { type Faster, fasterKeepers, fasterThan } from './faster.ts'
import {
  type Chart,
  chartsOf,
  ENGINES,
  type HistoryReport,
  namesIn,
  namesOf,
  type RaceReport,
  titleOf,
} from './report.ts'

/** A table before it is drawn: as text on a terminal, or in Markdown. */
export interface TableData {
  head: string[]
  rows: string[][]
  /** Columns at the left that are text; the others are figures. One, unless it is said. */
  textColumns?: number
}

/** Who takes part, and what each does and does not do. */
export function contestantTable(report: RaceReport, engine: Engine): TableData {
  const cells = report.cells.filter((cell) => cell.engine === engine)
  const kept = report.histories.filter((history) => history.engine === engine).flatMap(namesOf)
  const taking = new Set([...namesIn(cells), ...kept])
  const rows = (Object.keys(CONTESTANTS) as ContestantId[])
    .filter((id) => taking.has(id))
    .map((id) => {
      const { versions, versionsOnServer = versions, commits } = CONTESTANTS[id]
      return [titleOf(id, engine), engine === 'sqlite' ? versions : versionsOnServer, commits]
    })
  return { head: [`on ${ENGINES[engine]}`, 'versions of an agent', 'commits'], rows, textColumns: 3 }
}

/** The time for one call, by contestant and calls in flight. */
export function chartTable({ engine, cells }: Chart): TableData {
  const rows = namesIn(cells).map((id) => [titleOf(id, engine), ...cells.map(({ micros }) => formatSpread(micros[id]))])
  return { head: ['in flight:', ...cells.map(({ inFlight }) => String(inFlight))], rows }
}

export function historyTable(history: HistoryReport): TableData {
  const vacuumed = history.engine === 'postgresql'
  const rows = namesOf(history).map((id) => {
    const { time, bytes, bytesBeforeVacuum } = history.results[id] as NonNullable<(typeof history.results)[typeof id]>
    const megabytes = (n: number) => `${(n / 1e6).toFixed(n < 1e7 ? 2 : 0)} MB`
    const [median, low, high] = [time.median, time.low, time.high].map((millis) => (millis / 1000).toFixed(2))
    return [
      titleOf(id, history.engine),
      history.rounds > 1 ? `${median} s (${low}–${high})` : `${median} s`,
      megabytes(bytes),
      ...(vacuumed ? [megabytes(bytesBeforeVacuum ?? bytes)] : []),
    ]
  })
  return { head: ['', 'all turns', 'on disk', ...(vacuumed ? ['before VACUUM FULL'] : [])], rows }
}

/** Cell by cell, who is faster than one of ours, and how many times. */
export function lossTable(report: RaceReport, ours: ContestantId): TableData {
  const charts = chartsOf(report).filter(({ cells }) => cells.some(({ micros }) => micros[ours]))
  const levels = [...new Set(report.cells.map(({ inFlight }) => inFlight))]
  const rows = charts.map((chart) => [
    chart.title,
    ...levels.map((level) => {
      const cell = chart.cells.find(({ inFlight }) => inFlight === level)
      const failure = cell?.missing[ours]
      if (failure !== undefined) return `all: it ${failure}`
      return named(cell === undefined ? [] : fasterThan(ours, cell), chart.engine)
    }),
  ])
  const histories = report.histories.map(({ engine, turns, results }) => [
    `${ENGINES[engine]}, time of a history of ${turns.toLocaleString('en')} turns`,
    ...levels.map((level) => (level === 1 ? named(fasterKeepers(ours, results), engine) : '–')),
  ])
  const all = [...rows, ...histories]
  return { head: ['in flight:', ...levels.map(String)], rows: all, textColumns: 1 + levels.length }
}

/** Those of them that are not our store itself. */
function named(faster: readonly Faster[], engine: Engine): string {
  const others = faster.filter(({ id }) => !OUR_STORE.includes(id))
  return others.map(({ id, times }) => `${shortTitleOf(id, engine)} ${times.toFixed(1)}×`).join(', ') || '–'
}

const OUR_STORE: readonly ContestantId[] = ['descartes', 'descartes-changes']

/** `LangGraph SqliteSaver`, without the version and what stands behind a comma. */
function shortTitleOf(id: ContestantId, engine: Engine): string {
  return (titleOf(id, engine).split(',')[0] as string).replace(/ \d+\.\d+\.\d+$/, '')
}

/** `54 µs (50–60)`. */
function formatSpread(spread: Figure | undefined): string {
  if (spread === undefined) return '–'
  const { median, low, high } = spread
  const [text, unit] = formatMicros(median).split(' ') as [string, string]
  const factor = unit === 'ms' ? 1000 : 1
  const digits = text.split('.')[1]?.length ?? 0
  return `${text} ${unit} (${(low / factor).toFixed(digits)}–${(high / factor).toFixed(digits)})`
}
