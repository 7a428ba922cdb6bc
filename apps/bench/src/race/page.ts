import type { Engine } from './contestants.ts'
import { chartsOf, ENGINES, type RaceReport, remarksOn, WORK } from './report.ts'
import { chartTable, contestantTable, historyTable, lossTable, type TableData } from './tables.ts'

const [OPENING, CLOSING] = ['<!-- race -->', '<!-- /race -->']

/** The page with its figures in place of those that stand between its marks. */
export function withFigures(page: string, report: RaceReport): string {
  const [before, rest] = page.split(OPENING)
  const after = rest?.split(CLOSING)[1]
  if (before === undefined || after === undefined) throw new Error(`the page has no ${OPENING} ... ${CLOSING}`)
  return `${before}${OPENING}\n\n${figuresOf(report)}\n\n${CLOSING}${after}`
}

/** Where the plots lie, seen from the page. */
const PLOTS = '../race'

function figuresOf(report: RaceReport): string {
  const engines = (Object.keys(ENGINES) as Engine[]).filter((engine) => report.cells.some((c) => c.engine === engine))
  return [machineOf(report), losses(report), ...engines.flatMap((engine) => partOf(report, engine))].join('\n\n')
}

function machineOf({ startedAt, seconds, machine, command, absent, postgresql }: RaceReport): string {
  const { cores, cpu, memoryGB, system, node, sqlite, betterSqlite3, load } = machine
  return [
    `Run with \`${command}\` on ${startedAt.slice(0, 10)}, in ${Math.round(seconds / 60)} minutes, on ${cores} × ${cpu}, ${memoryGB} GB,`,
    `${system}, Node ${node}, better-sqlite3 ${betterSqlite3} with SQLite ${sqlite}${postgresql ? `, PostgreSQL ${postgresql} on the same machine` : ''}. Load of the machine before it: ${load[0]}.`,
    ...Object.entries(absent).map(([id, why]) => `Not there: ${id}, ${why}.`),
  ].join('\n')
}

function losses(report: RaceReport): string {
  return [
    '### Where others are faster',
    'How many times as fast as Descartes; – where nobody is faster, or not in three quarters of the rounds:',
    markdown(lossTable(report, 'descartes')),
    'The same beside DescartesSaver; Descartes itself is left out:',
    markdown(lossTable(report, 'descartes-saver')),
  ].join('\n\n')
}

function partOf(report: RaceReport, engine: Engine): string[] {
  const charts = chartsOf(report).filter((chart) => chart.engine === engine)
  const histories = report.histories.filter((history) => history.engine === engine)
  return [
    `### On ${ENGINES[engine]}`,
    markdown(contestantTable(report, engine)),
    ...charts.flatMap((chart) => [
      `${sentence(WORK[chart.race])}${chart.slug.endsWith('normal') ? ' With `synchronous = NORMAL`.' : ''}`,
      `![${chart.title}: time for one call, by calls in flight](${PLOTS}/${chart.slug}.svg)`,
      markdown(chartTable(chart)),
      ...remarksOn(chart).map((remark) => `${remark}.`),
    ]),
    ...histories.flatMap((history) => [
      `History: ${history.turns.toLocaleString('en')} turns, one after the other, and every state to be had back.`,
      `![${ENGINES[engine]}: time and bytes of a history of ${history.turns.toLocaleString('en')} turns](${PLOTS}/${engine}-history.svg)`,
      markdown(historyTable(history)),
    ]),
  ]
}

function sentence(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`
}

function markdown({ head, rows, textColumns = 1 }: TableData): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = head.map((_, i) => (i < textColumns ? '---' : '---:'))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}
