import fs from 'node:fs/promises'
import path from 'node:path'
import { withFigures } from './page.ts'
import { plotChart } from './plot-chart.ts'
import { plotHistory } from './plot-history.ts'
import { chartsOf, type RaceReport } from './report.ts'

/** Writes the report and its plots into a folder that is theirs alone, and the figures into the page, if one is given. */
export async function writeRace(measured: RaceReport, folder: string, page?: string): Promise<void> {
  // Rounded first, so that the page and the plots are those of the file.
  const report = JSON.parse(JSON.stringify(measured, withoutNoise)) as RaceReport
  const plots = await drawAll(report)
  await fs.rm(folder, { recursive: true, force: true })
  await fs.mkdir(folder, { recursive: true })
  await fs.writeFile(path.join(folder, 'race.json'), `${JSON.stringify(report, null, 1)}\n`)
  for (const [name, svg] of plots) await fs.writeFile(path.join(folder, name), svg)
  if (page !== undefined) await fs.writeFile(page, withFigures(await fs.readFile(page, 'utf8'), report))
}

/** Every plot by the name of its file. */
export async function drawAll(report: RaceReport): Promise<Map<string, string>> {
  const plots = new Map<string, string>()
  for (const chart of chartsOf(report)) plots.set(`${chart.slug}.svg`, await plotChart(chart))
  for (const history of report.histories) plots.set(`${history.engine}-history.svg`, await plotHistory(history))
  return plots
}

/** Six digits say more than was measured. */
function withoutNoise(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value
}
