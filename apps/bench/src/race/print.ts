import { table } from '../table.ts'
import { chartsOf, ENGINES, type RaceReport, remarksOn, WORK } from './report.ts'
import { chartTable, contestantTable, historyTable, type TableData } from './tables.ts'

/** The report as text: who takes part, then a table for each plot. */
export function printedRace(report: RaceReport): string {
  const draw = (title: string, { head, rows, textColumns }: TableData) => table(title, head, rows, textColumns)
  const engines = new Set([...report.cells, ...report.histories].map(({ engine }) => engine))
  return [
    ...[...engines].map((engine) => draw(`Who races on ${ENGINES[engine]}`, contestantTable(report, engine))),
    ...chartsOf(report).map((chart) =>
      draw([chart.title, WORK[chart.race], ...remarksOn(chart)].join('\n'), chartTable(chart)),
    ),
    ...report.histories.map((history) =>
      draw(`${ENGINES[history.engine]}, history of ${history.turns} turns`, historyTable(history)),
    ),
    ...Object.entries(report.absent).map(([id, why]) => `Not there: ${id}, ${why}\n`),
  ].join('\n')
}
